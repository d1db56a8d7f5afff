#pragma once

#include <bit>
#include <cstdint>

namespace nearfar {

/// Whole numbers in the order of floats: a < b exactly where ordered_bits(a) < ordered_bits(b), with -0 equal
/// to 0. Not for NaN.
[[nodiscard]] inline std::uint32_t ordered_bits(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value + 0.0F);  // -0 becomes 0
  return (bits & 0x80000000U) != 0 ? ~bits : bits | 0x80000000U;
}

[[nodiscard]] inline float from_ordered_bits(std::uint32_t ordered) {
  return std::bit_cast<float>((ordered & 0x80000000U) != 0 ? ordered & 0x7FFFFFFFU : ~ordered);
}

}  // namespace nearfar
