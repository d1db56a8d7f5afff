#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace nearfar {

/// 10^k, exact in double up to k = 22.
inline constexpr std::array<double, 16> kPowersOfTen{1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                     1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

inline constexpr std::array<std::uint64_t, 16> kWholePowersOfTen = [] {
  std::array<std::uint64_t, 16> powers{1};
  for (std::size_t k = 1; k < powers.size(); ++k) powers[k] = powers[k - 1] * 10;
  return powers;
}();

}  // namespace nearfar
