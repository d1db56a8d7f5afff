#pragma once

#include <algorithm>
#include <cmath>
#include <span>

#include "nearfar/core/matrix.h"

namespace nearfar {

/// Copies of the rows of x that are named, in that order; one may be named several times.
template <class Indices>
[[nodiscard]] Matrix rows_at(MatrixView x, const Indices& rows) {
  Matrix chosen(static_cast<std::int64_t>(rows.size()), x.cols);
  std::int64_t to = 0;
  for (const auto row : rows) std::copy_n(x.row(row), x.cols, chosen.row(to++));
  return chosen;
}

/// Whether there is neither an infinity nor a NaN among the values.
[[nodiscard]] inline bool all_finite(std::span<const float> values) {
  return std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); });
}
[[nodiscard]] inline bool all_finite(const Matrix& x) {
  return all_finite({x.data(), static_cast<std::size_t>(x.size())});
}

}  // namespace nearfar
