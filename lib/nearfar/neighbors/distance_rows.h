#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "nearfar/core/export.h"
#include "nearfar/core/matrix.h"
#include "nearfar/metric/distance.h"

namespace nearfar {

/// For every row q of `queries`: use(q, distances from q to all rows of `gallery`), on all threads, in no
/// fixed order of q. The span is valid during the call only. Memory: threads x 8 x gallery rows x 4 bytes;
/// never queries x gallery. Each distance is that of Distance::between, whatever the blocks and threads. 3 d
/// operations a pair for euclidean.
NEARFAR_EXPORT void for_each_distance_row(
    MatrixView queries, MatrixView gallery, const Distance& distance,
    const std::function<void(std::int64_t, std::span<const float>)>& use);

}  // namespace nearfar
