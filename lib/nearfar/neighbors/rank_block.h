#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "nearfar/core/parallel.h"
#include "nearfar/neighbors/brackets.h"
#include "nearfar/neighbors/rank_count.h"

namespace nearfar {

// How ranks are counted: blocks of queries against stripes of the gallery, which are scanned row by row.
inline constexpr std::int64_t kRankQueries = 128;  // in one block
inline constexpr std::int64_t kRankTile = 1152;    // gallery rows of one product, for the second-level cache
inline constexpr std::int64_t kRankStripe =
    9216;  // scanned in one go, while a query's lists are in the cache
// Gallery rows of which some are measured for all queries of a block, and rows measured at once.
inline constexpr std::int64_t kRankMeasured = 256;
inline constexpr std::int64_t kRankFew = 8;

/// body(q0, q1) for blocks of queries, on all threads; reports progress in between.
template <class Body>
void for_each_query_block(std::int64_t queries, const RankOptions& options, const Body& body) {
  constexpr std::int64_t kAtOnce = 1024;  // queries between two reports
  for (std::int64_t first = 0; first < queries; first += kAtOnce) {
    const std::int64_t last = std::min(queries, first + kAtOnce);
    parallel_ranges(last - first, kRankQueries,
                    [&](std::int64_t begin, std::int64_t end) { body(first + begin, first + end); });
    if (options.progress) options.progress(last, queries);
  }
}

/// scan(closeness, q, g0, count) for stripe after stripe of the gallery and for every query of a block;
/// `closeness` is that of the gallery rows [g0, g0 + count) and may be overwritten, up to the next multiple
/// of 64. `exact`: negated distances.
template <class Scan>
void for_each_stripe(const Brackets& brackets, std::int64_t q0, std::int64_t q1, bool exact,
                     const Scan& scan) {
  thread_local std::vector<float> stripe(static_cast<std::size_t>(kRankQueries * kRankStripe));
  const std::int64_t rows = brackets.gallery_rows().rows;
  for (std::int64_t g0 = 0; g0 < rows; g0 += kRankStripe) {
    const std::int64_t g1 = std::min(rows, g0 + kRankStripe);
    for (std::int64_t t0 = g0; t0 < g1; t0 += kRankTile) {
      const std::int64_t t1 = std::min(g1, t0 + kRankTile);
      float* out = stripe.data() + (t0 - g0);
      exact ? brackets.exact_closeness(q0, q1, t0, t1, out, kRankStripe)
            : brackets.closeness(q0, q1, t0, t1, out, kRankStripe);
    }
    for (std::int64_t q = q0; q < q1; ++q) scan(stripe.data() + (q - q0) * kRankStripe, q, g0, g1 - g0);
  }
}

}  // namespace nearfar
