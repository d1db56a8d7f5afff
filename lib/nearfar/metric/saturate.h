#pragma once

#include <algorithm>
#include <limits>

namespace nearfar {

constexpr float kLargestFloat = std::numeric_limits<float>::max();

/// The nearest float that is finite; `value` is no NaN.
[[nodiscard]] inline float saturated(double value) {
  constexpr double kMost = kLargestFloat;
  return static_cast<float>(std::clamp(value, -kMost, kMost));
}
[[nodiscard]] inline float saturated(float value) { return std::clamp(value, -kLargestFloat, kLargestFloat); }

/// Whether a float sum of squares is as good as its bound says: squares leave
/// the range of a float long before the coordinates do, and one outside these bounds has overflowed or lost
/// bits. It is then formed again in double, which holds the square of every float.
[[nodiscard]] inline bool in_range(float squares) { return squares > 1e-30F && squares <= kLargestFloat; }

}  // namespace nearfar
