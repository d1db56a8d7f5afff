#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/core/matrix.h"
#include "nearfar/metric/distance.h"

namespace nearfar {

struct Neighbor {
  std::int32_t row = -1;  ///< of the gallery
  float distance = 0;     ///< Distance::between(query, gallery row)
};

struct NearestOptions {
  Distance distance;
  std::int64_t k = 1;     ///< neighbours of each query, 1 or more
  bool farthest = false;  ///< the k farthest in place of the k nearest
  /// Whether gallery row g may answer query q; empty: any may. Called from all threads, for few of the pairs.
  std::function<bool(std::int64_t q, std::int64_t g)> allowed;
  /// Queries done so far, on the calling thread; may be empty.
  std::function<void(std::int64_t done, std::int64_t of)> progress;
};

/// Exact k nearest neighbours: use(q, neighbours) for every query in ascending order, on the calling thread,
/// with the neighbours in the order of (distance, row), fewer than k where fewer are allowed. The distances
/// are those of Distance::between, which also decides the order, so neither depends on threads or blocks.
/// When `queries` and `gallery` are the same rows in memory each pair is formed once (for a symmetric
/// distance); a row is then its own neighbour unless `allowed` says otherwise.
NEARFAR_EXPORT void nearest_neighbors(
    MatrixView queries, MatrixView gallery, const NearestOptions& options,
    const std::function<void(std::int64_t q, std::span<const Neighbor> neighbors)>& use);

/// "The nearest row beyond this distance from that query."
struct BeyondRequest {
  std::int32_t query = 0;
  float bound = 0;
};

/// For every request the allowed gallery row of least (distance, row) among those strictly farther from the
/// query than the bound; row -1 where there is none. Of the options k and farthest are not read. Requests
/// may stand in any order.
[[nodiscard]] NEARFAR_EXPORT std::vector<Neighbor> nearest_beyond(MatrixView queries, MatrixView gallery,
                                                                  std::span<const BeyondRequest> requests,
                                                                  const NearestOptions& options);

}  // namespace nearfar
