#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "nearfar/core/export.h"

namespace nearfar {

/// A matrix of doubles, row-major: what closed forms and eigenproblems are computed in. A new one is zero.
struct Dense {
  std::int64_t rows = 0;
  std::int64_t cols = 0;
  std::vector<double> values;

  Dense() = default;
  Dense(std::int64_t row_count, std::int64_t column_count)
      : rows(row_count), cols(column_count), values(static_cast<std::size_t>(row_count * column_count)) {}

  [[nodiscard]] double* row(std::int64_t i) { return values.data() + i * cols; }
  [[nodiscard]] const double* row(std::int64_t i) const { return values.data() + i * cols; }
  double& operator()(std::int64_t i, std::int64_t j) { return row(i)[j]; }
  double operator()(std::int64_t i, std::int64_t j) const { return row(i)[j]; }
};

[[nodiscard]] NEARFAR_EXPORT Dense dense_identity(std::int64_t n);
[[nodiscard]] NEARFAR_EXPORT Dense transposed(const Dense& a);
/// a A + b B, of the same shape.
[[nodiscard]] NEARFAR_EXPORT Dense weighted_sum(double a, const Dense& x, double b, const Dense& y);
/// The sum of the diagonal.
[[nodiscard]] NEARFAR_EXPORT double trace(const Dense& a);

}  // namespace nearfar
