#include <algorithm>
#include <cmath>

#include "nearfar/core/error.h"
#include "nearfar/core/solve.h"
#include "nearfar/core/text.h"
#include "nearfar/metric/distance.h"
#include "nearfar/metric/kernels.h"
#include "nearfar/metric/lanes.h"
#include "nearfar/metric/saturate.h"

namespace nearfar {
namespace {

// |L (x - y)|^2, row by row of L; the rows l'(x - y) in T, their squares in double.
template <class T>
double factored_squares(const Matrix& l, const float* x, const float* y) {
  double sum = 0;
  for (std::int64_t r = 0; r < l.rows(); ++r) {
    const float* row = l.row(r);
    const auto z = static_cast<double>(lane_sum<T>(l.cols(), [=](std::int64_t i) {
      return static_cast<T>(row[i]) * (static_cast<T>(x[i]) - static_cast<T>(y[i]));
    }));
    sum += z * z;
  }
  return sum;
}

double squares_between(const Matrix& l, const float* x, const float* y) {
  const double squares = factored_squares<float>(l, x, y);
  // Where the products leave the range of a float their sum is no finite number.
  return std::isfinite(squares) ? squares : factored_squares<double>(l, x, y);
}

}  // namespace

void mahalanobis_rows(const Distance& self, const float* x, MatrixView rows, float* out) {
  for (std::int64_t i = 0; i < rows.rows; ++i)
    out[i] = saturated(std::sqrt(squares_between(self.factor(), x, rows.row(i))));
}

void sqmahalanobis_rows(const Distance& self, const float* x, MatrixView rows, float* out) {
  for (std::int64_t i = 0; i < rows.rows; ++i)
    out[i] = saturated(squares_between(self.factor(), x, rows.row(i)));
}

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
                       number_text(at(j, i)),
                   {}, "write the same number in both places, M = (M + M') / 2");
      }
    }
  }
  const SymmetricEigen eigen = symmetric_eigen(m, d);
  if (eigen.values.back() < -kTolerance * std::max(eigen.values.front(), largest)) {
    data_error("the matrix of a Mahalanobis distance is not positive semi-definite: it has the eigenvalue " +
                   number_text(eigen.values.back()),
               {}, "squared distances would be negative; L'L is never so, whatever L is");
  }
  if (eigen.values.front() > static_cast<double>(kLargestFloat) * static_cast<double>(kLargestFloat)) {
    data_error("the matrix of a Mahalanobis distance has the eigenvalue " +
                   number_text(eigen.values.front()) + ", whose root leaves the range of 32-bit floats",
               {}, "rescale the features or the matrix");
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
