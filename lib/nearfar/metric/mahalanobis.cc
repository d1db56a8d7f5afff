#include <algorithm>
#include <cmath>

#include "nearfar/core/error.h"
#include "nearfar/core/solve.h"
#include "nearfar/core/text.h"
#include "nearfar/metric/distance.h"

namespace nearfar {

// M = V diag(w) V', so L = diag(sqrt(w)) V' without the rows of w = 0.
Matrix mahalanobis_factor(std::span<const double> m, std::int64_t d) {
  constexpr double kTolerance =
      1e-6;  // relative to the largest entry or eigenvalue: M may come from 32-bit floats
  constexpr double kRankTolerance = 1e-9;  // smaller eigenvalues count as 0
  double largest = 0;
  for (const double value : m) largest = std::max(largest, std::abs(value));
  const auto at = [&](std::int64_t i, std::int64_t j) { return m[static_cast<std::size_t>(i * d + j)]; };
  for (std::int64_t i = 0; i < d; ++i) {
    for (std::int64_t j = 0; j < i; ++j) {
      if (std::abs(at(i, j) - at(j, i)) > kTolerance * largest) {
        data_error("the matrix of a Mahalanobis distance is not symmetric: entry (" + std::to_string(i + 1) +
                   ", " + std::to_string(j + 1) + ") is " + number_text(at(i, j)) + ", its mirror " +
                   number_text(at(j, i)));
      }
    }
  }
  const SymmetricEigen eigen = symmetric_eigen(m, d);
  if (eigen.values.back() < -kTolerance * std::max(eigen.values.front(), largest)) {
    data_error("the matrix of a Mahalanobis distance is not positive semi-definite: it has the eigenvalue " +
                   number_text(eigen.values.back()),
               {}, "squared distances would be negative");
  }
  Matrix factor;
  for (std::int64_t r = 0; r < d; ++r) {
    const double value = eigen.values[static_cast<std::size_t>(r)];
    if (value <= kRankTolerance * eigen.values.front() || value <= 0) break;
    Matrix row(1, d);
    for (std::int64_t j = 0; j < d; ++j) {
      row(0, j) = static_cast<float>(std::sqrt(value) * eigen.vectors[static_cast<std::size_t>(r * d + j)]);
    }
    factor.append(row);
  }
  if (factor.empty()) factor = Matrix(1, d);  // M = 0: all distances are 0
  return factor;
}

}  // namespace nearfar
