#pragma once

// Products of the rows of a batch, in float or double: what distances and their gradients are made of.

#include <algorithm>
#include <cstdint>
#include <vector>

#include "nearfar/core/product.h"
#include "nearfar/metric/lanes.h"

namespace nearfar {

/// Rows in one task: to wake another thread takes as long as fewer.
constexpr std::int64_t kRowsInTask = 160;

/// out = A B' for A (n x d), B (m x d), rows without gaps.
inline void multiply_rows(const float* a, std::int64_t n, const float* b, std::int64_t m, std::int64_t d,
                          float* out) {
  multiply_abt({a, n, d, d}, {b, m, d, d}, out, m);
}
inline void multiply_rows(const double* a, std::int64_t n, const double* b, std::int64_t m, std::int64_t d,
                          double* out) {
  for (std::int64_t i = 0; i < n; ++i) {
    for (std::int64_t j = 0; j < m; ++j) {
      out[i * m + j] = lane_sum<double>(d, [&](std::int64_t k) { return a[i * d + k] * b[j * d + k]; });
    }
  }
}

/// The transposed of `a` (rows x cols, without gaps).
template <class Scalar>
[[nodiscard]] std::vector<Scalar> turned(const Scalar* a, std::int64_t rows, std::int64_t cols) {
  constexpr std::int64_t kSquare = 16;
  std::vector<Scalar> t(static_cast<std::size_t>(rows * cols));
  for (std::int64_t i0 = 0; i0 < rows; i0 += kSquare) {
    for (std::int64_t j0 = 0; j0 < cols; j0 += kSquare) {
      for (std::int64_t j = j0; j < std::min(cols, j0 + kSquare); ++j) {
        for (std::int64_t i = i0; i < std::min(rows, i0 + kSquare); ++i)
          t[static_cast<std::size_t>(j * rows + i)] = a[i * cols + j];
      }
    }
  }
  return t;
}

}  // namespace nearfar
