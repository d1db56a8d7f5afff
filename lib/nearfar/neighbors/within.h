#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "nearfar/core/export.h"
#include "nearfar/core/matrix.h"
#include "nearfar/metric/distance.h"

namespace nearfar {

struct WithinOptions {
  Distance distance;                     ///< a symmetric one
  std::span<const float> radius;         ///< one a row
  std::span<const std::int32_t> groups;  ///< one code a row: rows of the same group are left out
};

/// All pairs of rows of different groups whose distance is at most the larger of their two radii: use(q, the
/// partners of q, ascending) once for every row q, from all threads, in no fixed order of q. The span is
/// valid during the call only. Distances are those of Distance::between. 2 d operations a pair, less where
/// rows of a group stand together: blocks of rows of one group are skipped. Memory: threads x 384 x
/// partners, never rows x rows.
NEARFAR_EXPORT void rows_within(
    MatrixView rows, const WithinOptions& options,
    const std::function<void(std::int64_t q, std::span<const std::int32_t> partners)>& use);

}  // namespace nearfar
