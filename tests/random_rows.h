#pragma once

// Rows of random numbers, and small helpers for rows, that many tests share.

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "nearfar/core/matrix.h"
#include "nearfar/core/parallel.h"
#include "nearfar/core/random.h"

namespace nearfar::testing {

/// Standard normal numbers times `scale`.
inline Matrix random_rows(std::int64_t rows, std::int64_t cols, std::uint64_t seed, double scale = 1) {
  Random random(seed);
  Matrix x(rows, cols);
  for (std::int64_t i = 0; i < x.size(); ++i) x.data()[i] = static_cast<float>(scale * random.normal());
  return x;
}

/// Small integers, so that many distances are exactly equal.
inline Matrix integer_rows(std::int64_t rows, std::int64_t cols, std::uint64_t seed,
                           std::uint64_t below = 3) {
  Random random(seed);
  Matrix x(rows, cols);
  for (std::int64_t i = 0; i < x.size(); ++i) x.data()[i] = static_cast<float>(random.below(below));
  return x;
}

inline std::vector<double> in_double(const float* row, std::int64_t d) { return {row, row + d}; }

/// Equal to the bit: unlike ==, tells 0 from -0 and finds a NaN equal to itself.
inline bool same_bits(float a, float b) {
  return std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b);
}

inline bool same_bits(std::span<const float> a, std::span<const float> b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!same_bits(a[i], b[i])) return false;
  }
  return true;
}

/// |a - b| within `relative` of the larger of the two, or within `absolute`. (doctest's Approx adds 1 to the
/// scale.)
inline bool near(double a, double b, double relative, double absolute = 0) {
  return a == b || std::abs(a - b) <= std::max(absolute, relative * std::max(std::abs(a), std::abs(b)));
}

inline std::span<const float> values(const Matrix& x) {
  return {x.data(), static_cast<std::size_t>(x.size())};
}

/// Sets the number of threads and puts the old one back at the end of the scope.
class Threads {
 public:
  explicit Threads(int count) : before_(threads()) { set_threads(count); }
  ~Threads() { set_threads(before_); }
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;

 private:
  int before_;
};

}  // namespace nearfar::testing
