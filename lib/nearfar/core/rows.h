#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
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

/// Whether there is neither an infinity nor a NaN among the values: they alone have the largest exponent.
[[nodiscard]] inline bool all_finite(std::span<const float> values) {
  constexpr std::uint32_t kExponent = 0x7F800000;
  std::uint32_t largest = 0;
  for (const float value : values)
    largest = std::max(largest, std::bit_cast<std::uint32_t>(value) & kExponent);
  return largest < kExponent;
}
[[nodiscard]] inline bool all_finite(std::span<const double> values) {
  return std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
}
[[nodiscard]] inline bool all_finite(const Matrix& x) {
  return all_finite(std::span(x.data(), static_cast<std::size_t>(x.size())));
}

}  // namespace nearfar
