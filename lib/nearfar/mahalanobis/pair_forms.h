#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "nearfar/core/dense.h"
#include "nearfar/core/matrix.h"

namespace nearfar {

using RowPairs = std::vector<std::pair<std::int32_t, std::int32_t>>;

/// |L (x_a - x_b)|^2 of every pair, with L (r x d, row-major). Every row is mapped once: O(n d r + pairs r).
[[nodiscard]] std::vector<double> squared_distances(MatrixView x, const RowPairs& pairs,
                                                    std::span<const double> l, std::int64_t r);

/// (x_a - x_b)'M (x_a - x_b) of every pair, for a symmetric M (d x d). O(n d^2 + pairs d).
[[nodiscard]] std::vector<double> squared_distances_under(MatrixView x, const RowPairs& pairs,
                                                          const Dense& metric);

/// sum over pairs of w (x_a - x_b)(x_a - x_b)', a weight of any sign for each pair. As the graph Laplacian of
/// the pairs, X' (sum_t w_t (e_a - e_b)(e_a - e_b)') X: O(pairs d + n d^2).
[[nodiscard]] Dense weighted_scatter(MatrixView x, const RowPairs& pairs, std::span<const double> weights);

}  // namespace nearfar
