#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "nearfar/metric/lanes.h"

namespace nearfar {

/// log(1 + e^x), also where e^x leaves the range of a double; 0 at minus infinity.
[[nodiscard]] inline double softplus(double x) {
  return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x)));
}
/// 1 / (1 + e^-x), the derivative of softplus.
[[nodiscard]] inline double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

/// e^x for x <= 0, 0 below -708; relative error under 1e-15. Without a call or a branch, so that a loop over
/// it becomes vectors: x = n ln 2 + r, |r| <= ln 2 / 2, e^r by its Taylor series to r^13.
[[nodiscard]] inline double exp_of_negative(double x) {
  constexpr double kShift = 0x1.8p52;  // rounds to a whole number, which its low bits then hold
  const double clamped = x < -708 ? -708 : x;
  const double shifted = clamped * 1.4426950408889634 + kShift;
  const double n = shifted - kShift;
  const double r = (clamped - n * 0x1.62e42fee00000p-1) - n * 0x1.a39ef35793c76p-33;
  double p = 1.0 / 6227020800.0;
  for (const double coefficient : {1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880, 1.0 / 40320,
                                   1.0 / 5040, 1.0 / 720, 1.0 / 120, 1.0 / 24, 1.0 / 6, 1.0 / 2, 1.0, 1.0}) {
    p = p * r + coefficient;
  }
  const auto power = (std::bit_cast<std::uint64_t>(shifted) << 52U) + 0x3FF0000000000000U;
  return x < -708 ? 0 : p * std::bit_cast<double>(power);
}

/// log sum_j e^{z_j} over the marked places of a row, and each one's share e^{z_j} / sum, 0 elsewhere.
class SoftMax {
 public:
  /// z(j) for the j in [0, m) with marked(j). Over no place the result is minus infinity.
  template <class Z, class Marked>
  void over(std::int64_t m, Z z, Marked marked) {
    constexpr double kNothing = -std::numeric_limits<double>::infinity();
    e_.resize(static_cast<std::size_t>(m));
    double* e = e_.data();
    for (std::int64_t j = 0; j < m; ++j) e[j] = marked(j) ? z(j) : kNothing;
    double lanes[kLanes];
    std::fill_n(lanes, kLanes, kNothing);
    std::int64_t j = 0;
    for (; j + kLanes <= m; j += kLanes) {
      for (std::int64_t lane = 0; lane < kLanes; ++lane)
        lanes[lane] = e[j + lane] > lanes[lane] ? e[j + lane] : lanes[lane];
    }
    for (; j < m; ++j) lanes[0] = std::max(lanes[0], e[j]);
    const double most = *std::max_element(lanes, lanes + kLanes);
    log_ = kNothing;
    scale_ = 0;
    if (most == kNothing) {
      std::fill(e_.begin(), e_.end(), 0.0);
      return;
    }
    for (j = 0; j < m; ++j) e[j] = exp_of_negative(e[j] - most);
    const double sum = lane_sum<double>(m, [&](std::int64_t k) { return e[k]; });
    log_ = most + std::log(sum);
    scale_ = 1 / sum;
  }
  [[nodiscard]] double log_sum() const { return log_; }
  [[nodiscard]] double share(std::int64_t j) const { return e_[static_cast<std::size_t>(j)] * scale_; }
  /// weights_j += factor x share_j.
  void add_shares(double factor, double* weights) const {
    const double* e = e_.data();
    const double by = factor * scale_;
    for (std::size_t j = 0; j < e_.size(); ++j) weights[j] += by * e[j];
  }

 private:
  std::vector<double> e_;
  double log_ = -std::numeric_limits<double>::infinity();
  double scale_ = 0;
};

/// log(e^a + e^b); both may be minus infinity.
[[nodiscard]] inline double log_sum(double a, double b) {
  const double most = std::max(a, b);
  if (!std::isfinite(most)) return most;
  return most + std::log1p(std::exp(std::min(a, b) - most));
}

}  // namespace nearfar
