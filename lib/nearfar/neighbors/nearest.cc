#include "nearfar/neighbors/nearest.h"

#include <algorithm>
#include <mutex>
#include <vector>

#include "nearfar/core/parallel.h"
#include "nearfar/neighbors/brackets.h"
#include "nearfar/neighbors/candidates.h"
#include "nearfar/neighbors/tile.h"

namespace nearfar {
namespace {

// The search among all pairs of two sets of rows, one tile at a time. Each block of queries has its lists and
// a lock; a tile is scanned under the locks of the blocks it has lists for.
class Search {
 public:
  Search(const Brackets& brackets, const NearestOptions& options, std::int64_t first_query,
         std::int64_t queries)
      : brackets_(brackets),
        options_(options),
        first_(first_query),
        queries_(queries),
        lists_(brackets, queries, std::min(options.k, brackets.gallery_rows().rows)),
        locks_(static_cast<std::size_t>(blocks_of(queries))) {}

  void one_sided(std::int64_t query_block, std::int64_t gallery_block) {
    const std::int64_t q0 = first_ + query_block * kBlock;
    const std::int64_t q1 = std::min(first_ + queries_, q0 + kBlock);
    const std::int64_t g0 = gallery_block * kBlock;
    const std::int64_t g1 = std::min(brackets_.gallery_rows().rows, g0 + kBlock);
    const float* tile = tile_of(brackets_, q0, q1, g0, g1);
    const Parts low = part_of(brackets_.gallery().low, g0, g1);
    const std::lock_guard lock(locks_[static_cast<std::size_t>(query_block)]);
    for (std::int64_t q = q0; q < q1; ++q) {
      const float* row = tile + (q - q0) * kBlock;
      for (std::int64_t c = 0; c < g1 - g0; c += kChunk) {
        const float* closeness = row + c;
        const float limit = from(q);
        for_each_flag([&](std::int64_t at) { return closeness[at] >= low[c + at] + limit; },
                      [&](std::int64_t at) {
                        const std::int64_t g = g0 + c + at;
                        if (allowed(q, g)) lists_.offer(q - first_, q, g, closeness[at]);
                      });
      }
    }
  }

  // Of a symmetric search: the pairs q <= g of two blocks, each offered to both of its rows.
  void two_sided(std::int64_t block, std::int64_t other) {
    const std::int64_t rows = brackets_.gallery_rows().rows;
    const std::int64_t q0 = block * kBlock;
    const std::int64_t q1 = std::min(rows, q0 + kBlock);
    const std::int64_t g0 = other * kBlock;
    const std::int64_t g1 = std::min(rows, g0 + kBlock);
    const float* tile = tile_of(brackets_, q0, q1, g0, g1);
    const Parts low = part_of(brackets_.gallery().low, g0, g1);
    Parts limit;  // low less the thresholds of the gallery's own lists
    std::unique_lock lock(locks_[static_cast<std::size_t>(block)]);
    std::unique_lock<std::mutex> second;
    if (other != block) second = std::unique_lock(locks_[static_cast<std::size_t>(other)]);
    for (std::int64_t g = g0; g < g1; ++g) limit[g - g0] = from(g);
    for (std::int64_t q = q0; q < q1; ++q) {
      const float* row = tile + (q - q0) * kBlock;
      const float own_low = brackets_.query().low[static_cast<std::size_t>(q)];
      const std::int64_t start = block == other ? (q - q0) / kChunk * kChunk : 0;
      for (std::int64_t c = start; c < g1 - g0; c += kChunk)
        scan_both(row + c, low.data() + c, limit.data() + c, own_low, q, g0 + c);
    }
  }

  void finish(const std::function<void(std::int64_t, std::span<const Neighbor>)>& use) {
    constexpr std::int64_t kAtOnce = 4096;
    std::vector<std::vector<Neighbor>> found;
    for (std::int64_t begin = 0; begin < queries_; begin += kAtOnce) {
      const std::int64_t end = std::min(queries_, begin + kAtOnce);
      found.resize(static_cast<std::size_t>(end - begin));
      parallel_ranges(end - begin, 64, [&](std::int64_t from, std::int64_t to) {
        for (std::int64_t i = from; i < to; ++i)
          lists_.finish(begin + i, first_ + begin + i, found[static_cast<std::size_t>(i)]);
      });
      for (std::int64_t i = begin; i < end; ++i) use(first_ + i, found[static_cast<std::size_t>(i - begin)]);
    }
  }

 private:
  // What closeness must reach, beside the other row's part, for a pair to be offered to q.
  [[nodiscard]] float from(std::int64_t q) const {
    const float threshold = lists_.threshold(q - first_);
    return round_down(static_cast<double>(brackets_.query().low[static_cast<std::size_t>(q)]) -
                      static_cast<double>(threshold));
  }
  [[nodiscard]] bool allowed(std::int64_t q, std::int64_t g) const {
    return !options_.allowed || options_.allowed(q, g);
  }

  void scan_both(const float* closeness, const float* low, float* limit, float own_low, std::int64_t q,
                 std::int64_t g0) {
    const float own_limit = from(q);
    const auto offer = [&](std::int64_t to, std::int64_t row, float value) {
      if (allowed(to, row)) lists_.offer(to, to, row, value);
    };
    for_each_flag(
        [&](std::int64_t c) {
          return (closeness[c] >= low[c] + own_limit) | (closeness[c] >= limit[c] + own_low);
        },
        [&](std::int64_t c) {
          const std::int64_t g = g0 + c;
          if (g < q) return;
          if (closeness[c] >= low[c] + own_limit) offer(q, g, closeness[c]);
          if (g > q && closeness[c] >= limit[c] + own_low) {
            offer(g, q, closeness[c]);
            limit[c] = from(g);
          }
        });
  }

  const Brackets& brackets_;
  const NearestOptions& options_;
  std::int64_t first_;
  std::int64_t queries_;
  Candidates lists_;
  std::vector<std::mutex> locks_;
};

// Of `tasks` tasks some at a time, with a report in between.
void run(std::int64_t tasks, std::int64_t rows, std::int64_t done, std::int64_t part,
         const NearestOptions& options, const std::function<void(std::int64_t)>& body) {
  const std::int64_t step = options.progress ? std::max<std::int64_t>(64, tasks / 100) : tasks;
  for (std::int64_t begin = 0; begin < tasks; begin += step) {
    const std::int64_t end = std::min(tasks, begin + step);
    parallel_blocks(end - begin, [&](std::int64_t t) { body(begin + t); });
    if (options.progress) options.progress(done + part * end / tasks, rows);
  }
}

}  // namespace

void nearest_neighbors(MatrixView queries, MatrixView gallery, const NearestOptions& options,
                       const std::function<void(std::int64_t, std::span<const Neighbor>)>& use) {
  if (gallery.rows == 0) {
    for (std::int64_t q = 0; q < queries.rows; ++q) use(q, {});
    return;
  }
  const Brackets brackets(queries, gallery, options.distance, options.farthest);
  const std::int64_t gallery_blocks = blocks_of(gallery.rows);
  constexpr std::int64_t kListBytes = std::int64_t{64} << 20;  // at most, or as much as the rows themselves
  const std::int64_t list_bytes = 12 * options.k + 128;
  const std::int64_t at_once = std::max(kListBytes, queries.rows * queries.cols * 4) / list_bytes;
  if (brackets.symmetric() && queries.rows <= at_once) {
    Search search(brackets, options, 0, queries.rows);
    // Tiles along diagonals: neighbouring tasks share no lock but on the first ones.
    std::vector<std::int64_t> starts;  // of diagonal o, gallery_blocks - o tiles long
    std::int64_t tiles = 0;
    for (std::int64_t o = 0; o < gallery_blocks; ++o) {
      starts.push_back(tiles);
      tiles += gallery_blocks - o;
    }
    run(tiles, queries.rows, 0, queries.rows, options, [&](std::int64_t tile) {
      const auto diagonal = std::upper_bound(starts.begin(), starts.end(), tile) - starts.begin() - 1;
      const std::int64_t block = tile - starts[static_cast<std::size_t>(diagonal)];
      search.two_sided(block, block + diagonal);
    });
    search.finish(use);
    return;
  }
  const std::int64_t step =
      at_once >= kBlock ? at_once / kBlock * kBlock : std::max<std::int64_t>(at_once, 16);
  for (std::int64_t first = 0; first < queries.rows; first += step) {
    const std::int64_t count = std::min(step, queries.rows - first);
    Search search(brackets, options, first, count);
    const std::int64_t query_blocks = blocks_of(count);
    run(query_blocks * gallery_blocks, queries.rows, first, count, options,
        [&](std::int64_t tile) { search.one_sided(tile % query_blocks, tile / query_blocks); });
    search.finish(use);
  }
}

}  // namespace nearfar
