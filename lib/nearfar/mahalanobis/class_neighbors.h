#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "nearfar/core/matrix.h"
#include "nearfar/data/labels.h"
#include "nearfar/mahalanobis/learner.h"

namespace nearfar {

/// (row, neighbour) pairs.
using RowPairList = std::vector<std::pair<std::int64_t, std::int64_t>>;

/// --neighbors. Throws Error (usage) below 1.
[[nodiscard]] std::int64_t neighbors_of(const LearnerOptions& options, std::int64_t fallback);

/// Every row with its k nearest rows (Euclidean; ties to the lower row) of its own class, itself left out;
/// fewer where the class is smaller. Ascending by row within a class. O(sum over classes of n_c^2 d).
[[nodiscard]] RowPairList genuine_neighbors(MatrixView x, const Labels& labels, std::int64_t k);

/// Every row with its k nearest rows of other classes. O(n^2 d).
[[nodiscard]] RowPairList impostor_neighbors(MatrixView x, const Labels& labels, std::int64_t k);

}  // namespace nearfar
