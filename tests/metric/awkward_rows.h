#pragma once

// Rows of every sort that data can hold.

#include <cmath>
#include <cstdint>
#include <limits>

#include "random_rows.h"

namespace nearfar::testing {

/// Ordinary, zero, constant, very large, very small, below the normal range, of mixed scale, at the limits of
/// a float; near copies, scaled and shifted copies of each other.
inline Matrix awkward_rows(std::int64_t d, std::uint64_t seed) {
  constexpr float kMost = std::numeric_limits<float>::max();
  constexpr float kLeast = std::numeric_limits<float>::denorm_min();
  Matrix rows(0, d);
  rows.append(random_rows(3, d, seed));
  rows.append(Matrix(1, d));
  for (const float value : {1.0F, -2.5F, 0.1F, 1e30F, 1e-30F, 1e38F, 1e-38F, -kMost, kLeast}) {
    Matrix constant(1, d);
    for (std::int64_t k = 0; k < d; ++k) constant(0, k) = value;
    rows.append(constant);
  }
  for (const double scale : {1e36, 1e25, 1e19, 1e-15, 1e-22, 1e-30, 1e-38, 1e-42}) {
    rows.append(random_rows(2, d, seed + 1000, scale));
  }
  Random random(seed + 2000);
  Matrix mixed(2, d);
  for (std::int64_t k = 0; k < mixed.size(); ++k) {
    mixed.data()[k] = static_cast<float>(random.normal() * std::pow(10.0, 40 * random.uniform() - 20));
  }
  rows.append(mixed);
  const auto made_of_first = [&](auto coordinate) {
    Matrix row(1, d);
    for (std::int64_t k = 0; k < d; ++k) row(0, k) = coordinate(rows(0, k), k);
    rows.append(row);
  };
  made_of_first([](float v, std::int64_t) { return std::nextafter(v, 10.0F); });
  made_of_first([](float v, std::int64_t k) { return k == 0 ? std::nextafter(v, 10.0F) : v; });
  made_of_first([](float v, std::int64_t) { return 3 * v; });
  made_of_first([](float v, std::int64_t) { return -0.7F * v; });
  made_of_first([](float v, std::int64_t) { return v + 4; });
  made_of_first([](float v, std::int64_t) { return 1e8F + 8 * std::round(v); });
  made_of_first([](float, std::int64_t k) { return k % 2 == 0 ? kMost : -kMost; });
  made_of_first([](float, std::int64_t k) { return k % 3 == 0 ? kMost : k % 3 == 1 ? kLeast : 0.0F; });
  return rows;
}

}  // namespace nearfar::testing
