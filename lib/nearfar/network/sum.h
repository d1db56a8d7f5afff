#pragma once

#include <array>
#include <cstdint>

namespace nearfar {

/// The sum of numbers in double, in eight sums that take turns, so that none waits for another.
[[nodiscard]] inline double sum_of(const float* numbers, std::int64_t count) {
  std::array<double, 8> lanes{};
  std::int64_t k = 0;
  for (; k + 8 <= count; k += 8) {
    for (std::size_t lane = 0; lane < 8; ++lane)
      lanes[lane] += static_cast<double>(numbers[k + static_cast<std::int64_t>(lane)]);
  }
  for (std::size_t lane = 0; k < count; ++k, ++lane) lanes[lane] += static_cast<double>(numbers[k]);
  return ((lanes[0] + lanes[4]) + (lanes[1] + lanes[5])) + ((lanes[2] + lanes[6]) + (lanes[3] + lanes[7]));
}

}  // namespace nearfar
