#include "nearfar/neighbors/within.h"

#include <algorithm>
#include <vector>

#include "nearfar/core/parallel.h"
#include "nearfar/neighbors/brackets.h"
#include "nearfar/neighbors/tile.h"

namespace nearfar {
namespace {

class Search {
 public:
  Search(MatrixView rows, const WithinOptions& options)
      : options_(options), rows_(rows), brackets_(rows, rows, options.distance, false) {
    // closeness >= low[g] + from[q] is necessary for a pair within the radius of q, and the same with the two
    // exchanged for the radius of g.
    from_.reserve(options.radius.size());
    for (std::size_t i = 0; i < options.radius.size(); ++i) {
      const double low = static_cast<double>(brackets_.query().low[i]);
      from_.push_back(round_down(low - brackets_.key(options.radius[i])));
    }
    for (std::int64_t block = 0; block < blocks_of(rows.rows); ++block) {
      const auto begin = options.groups.begin() + block * kBlock;
      const auto end = options.groups.begin() + std::min(rows.rows, (block + 1) * kBlock);
      one_group_.push_back(std::all_of(begin, end, [&](std::int32_t group) { return group == *begin; }));
    }
  }

  // The partners of the rows of one block.
  void block(std::int64_t query_block,
             const std::function<void(std::int64_t, std::span<const std::int32_t>)>& use) {
    const std::int64_t q0 = query_block * kBlock;
    const std::int64_t q1 = std::min(rows_.rows, q0 + kBlock);
    std::vector<std::vector<std::int32_t>> partners(static_cast<std::size_t>(q1 - q0));
    for (std::int64_t gallery_block = 0; gallery_block < blocks_of(rows_.rows); ++gallery_block) {
      const std::int64_t g0 = gallery_block * kBlock;
      if (same_group(query_block, gallery_block)) continue;
      const std::int64_t g1 = std::min(rows_.rows, g0 + kBlock);
      const float* tile = tile_of(brackets_, q0, q1, g0, g1);
      const Parts low = part_of(brackets_.gallery().low, g0, g1);
      const Parts limit = part_of(from_, g0, g1);
      for (std::int64_t q = q0; q < q1; ++q) {
        for (std::int64_t c = 0; c < g1 - g0; c += kChunk) {
          scan_chunk(tile + (q - q0) * kBlock + c, low.data() + c, limit.data() + c, q, g0 + c,
                     partners[static_cast<std::size_t>(q - q0)]);
        }
      }
    }
    for (std::int64_t q = q0; q < q1; ++q) use(q, partners[static_cast<std::size_t>(q - q0)]);
  }

 private:
  [[nodiscard]] bool same_group(std::int64_t a, std::int64_t b) const {
    return one_group_[static_cast<std::size_t>(a)] && one_group_[static_cast<std::size_t>(b)] &&
           options_.groups[static_cast<std::size_t>(a * kBlock)] ==
               options_.groups[static_cast<std::size_t>(b * kBlock)];
  }

  void scan_chunk(const float* closeness, const float* low, const float* limit, std::int64_t q,
                  std::int64_t g0, std::vector<std::int32_t>& partners) const {
    const auto at = static_cast<std::size_t>(q);
    const float own_from = from_[at];
    const float own_low = brackets_.query().low[at];
    for_each_flag(
        [&](std::int64_t c) {
          return (closeness[c] >= low[c] + own_from) | (closeness[c] >= limit[c] + own_low);
        },
        [&](std::int64_t c) {
          const auto g = static_cast<std::size_t>(g0 + c);
          if (options_.groups[g] == options_.groups[at]) return;
          const float distance = brackets_.distance(q, g0 + c);
          if (distance <= std::max(options_.radius[at], options_.radius[g]))
            partners.push_back(static_cast<std::int32_t>(g));
        });
  }

  const WithinOptions& options_;
  MatrixView rows_;
  Brackets brackets_;
  std::vector<float> from_;
  std::vector<bool> one_group_;
};

}  // namespace

void rows_within(MatrixView rows, const WithinOptions& options,
                 const std::function<void(std::int64_t, std::span<const std::int32_t>)>& use) {
  if (rows.rows == 0) return;
  Search search(rows, options);
  parallel_blocks(blocks_of(rows.rows), [&](std::int64_t block) { search.block(block, use); });
}

}  // namespace nearfar
