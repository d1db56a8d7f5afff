#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <utility>

#include "nearfar/core/dense.h"
#include "nearfar/core/matrix.h"
#include "nearfar/mahalanobis/learner.h"

namespace nearfar {

/// Scatter matrices (d x d, in double) that several learners start from.

/// Of rows in groups (codes from 0, -1 for a row in none, which is left out), with the group means m_g and
/// the mean m of all:
///   within  = sum over rows of (x - m_g)(x - m_g)'
///   between = sum over groups of n_g (m_g - m)(m_g - m)'
/// O(n d^2).
struct GroupScatters {
  Dense within;
  Dense between;
  std::int64_t rows = 0;     ///< in a group
  std::int64_t groups = 0;   ///< with a row
  std::int64_t several = 0;  ///< groups of two rows or more
};
[[nodiscard]] GroupScatters group_scatters(MatrixView x, std::span<const std::int32_t> groups);

/// The mean of (x - y)(x - y)' over the similar and over the dissimilar pairs.
struct PairScatters {
  Dense similar;
  Dense dissimilar;
  double similar_pairs = 0;
  double dissimilar_pairs = 0;
};
/// From pairs: over those in the list, O(pairs x d^2). From labels: over every pair of rows without forming
/// one, by sum_{i<j} (x_i - x_j)(x_i - x_j)' = n sum_i (x_i - m)(x_i - m)', O(n d^2). Throws Error (data) if
/// no pair is similar or none dissimilar.
[[nodiscard]] PairScatters pair_scatters(const LearnerInput& input);

/// Two rows of the data for each t.
using RowPair = std::function<std::pair<std::int64_t, std::int64_t>(std::int64_t t)>;
/// sum over t < count of (a_t - b_t)(a_t - b_t)'.
[[nodiscard]] Dense difference_scatter(MatrixView x, std::int64_t count, const RowPair& pair);

}  // namespace nearfar
