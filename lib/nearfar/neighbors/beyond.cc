// nearest_beyond: the nearest row strictly farther than a bound, for many (query, bound) at a time.
#include <algorithm>
#include <numeric>

#include "nearfar/core/parallel.h"
#include "nearfar/neighbors/brackets.h"
#include "nearfar/neighbors/candidates.h"
#include "nearfar/neighbors/nearest.h"
#include "nearfar/neighbors/tile.h"

namespace nearfar {
namespace {

// The requests of one block of queries, each with a list of its own for the one nearest row.
class BeyondBlock {
 public:
  // `requests` ascending by query; all of queries in [q0, q0 + kBlock).
  BeyondBlock(const Brackets& brackets, const NearestOptions& options, std::int64_t q0,
              std::vector<BeyondRequest> requests)
      : brackets_(brackets),
        options_(options),
        q0_(q0),
        q1_(std::min(brackets.query_rows().rows, q0 + kBlock)),
        requests_(std::move(requests)),
        lists_(brackets, std::ssize(requests_), 1) {}

  void scan(std::int64_t g0) {
    const std::int64_t g1 = std::min(brackets_.gallery_rows().rows, g0 + kBlock);
    const float* tile = tile_of(brackets_, q0_, q1_, g0, g1);
    const Parts low = part_of(brackets_.gallery().low, g0, g1);
    Parts high;
    for (std::int64_t g = g0; g < g1; ++g) {
      const auto at = static_cast<std::size_t>(g);
      high[g - g0] = round_up(static_cast<double>(brackets_.gallery().low[at]) +
                              static_cast<double>(brackets_.gallery().gap[at]));
    }
    for (std::int64_t r = 0; r < std::ssize(requests_); ++r) {
      const float* row = tile + (requests_[static_cast<std::size_t>(r)].query - q0_) * kBlock;
      for (std::int64_t c = 0; c < g1 - g0; c += kChunk)
        scan_chunk(r, row + c, low.data() + c, high.data() + c, g0 + c);
    }
  }

  Neighbor answer(std::int64_t r) {
    std::vector<Neighbor> best;
    lists_.finish(r, requests_[static_cast<std::size_t>(r)].query, best);
    return best.empty() ? Neighbor{} : best.front();
  }

 private:
  void scan_chunk(std::int64_t r, const float* closeness, const float* low, const float* high,
                  std::int64_t g0) {
    const std::int32_t query = requests_[static_cast<std::size_t>(r)].query;
    const float bound = requests_[static_cast<std::size_t>(r)].bound;
    const auto at = static_cast<std::size_t>(query);
    const double own_low = static_cast<double>(brackets_.query().low[at]);
    const double own_high = own_low + static_cast<double>(brackets_.query().gap[at]);
    const double beyond = brackets_.key(bound);
    const float at_least = round_down(own_low - static_cast<double>(lists_.threshold(r)));
    const float at_most = round_up(own_high - beyond);
    for_each_flag(
        [&](std::int64_t c) {
          return (closeness[c] >= low[c] + at_least) & (closeness[c] <= high[c] + at_most);
        },
        [&](std::int64_t c) {
          const std::int64_t g = g0 + c;
          if (options_.allowed && !options_.allowed(query, g)) return;
          const bool surely =
              own_low + static_cast<double>(low[c]) - static_cast<double>(closeness[c]) > beyond;
          if (surely || brackets_.distance(query, g) > bound) lists_.offer(r, query, g, closeness[c]);
        });
  }

  const Brackets& brackets_;
  const NearestOptions& options_;
  std::int64_t q0_;
  std::int64_t q1_;
  std::vector<BeyondRequest> requests_;
  Candidates lists_;
};

}  // namespace

std::vector<Neighbor> nearest_beyond(MatrixView queries, MatrixView gallery,
                                     std::span<const BeyondRequest> requests, const NearestOptions& options) {
  std::vector<Neighbor> answers(requests.size());
  if (gallery.rows == 0 || requests.empty()) return answers;
  const Brackets brackets(queries, gallery, options.distance, false);
  std::vector<std::size_t> order(requests.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return requests[a].query < requests[b].query; });
  // Where each block of queries has its requests in `order`.
  const std::int64_t blocks = blocks_of(queries.rows);
  std::vector<std::size_t> starts(static_cast<std::size_t>(blocks) + 1);
  for (const BeyondRequest& request : requests)
    ++starts[static_cast<std::size_t>(request.query / kBlock) + 1];
  std::partial_sum(starts.begin(), starts.end(), starts.begin());
  constexpr std::int64_t kAtOnce = 64;  // blocks between two reports of progress
  for (std::int64_t first = 0; first < blocks; first += kAtOnce) {
    const std::int64_t last = std::min(blocks, first + kAtOnce);
    parallel_blocks(last - first, [&](std::int64_t b) {
      const auto block = static_cast<std::size_t>(first + b);
      if (starts[block] == starts[block + 1]) return;
      std::vector<BeyondRequest> own;
      for (std::size_t i = starts[block]; i < starts[block + 1]; ++i) own.push_back(requests[order[i]]);
      BeyondBlock search(brackets, options, (first + b) * kBlock, std::move(own));
      for (std::int64_t g0 = 0; g0 < gallery.rows; g0 += kBlock) search.scan(g0);
      for (std::size_t i = starts[block]; i < starts[block + 1]; ++i)
        answers[order[i]] = search.answer(static_cast<std::int64_t>(i - starts[block]));
    });
    if (options.progress) options.progress(std::min(queries.rows, last * kBlock), queries.rows);
  }
  return answers;
}

}  // namespace nearfar
