#pragma once

#include <span>
#include <vector>

#include "nearfar/core/export.h"

namespace nearfar {

/// Bias-corrected and accelerated bootstrap bounds of a statistic. Source: B. Efron, "Better bootstrap
/// confidence intervals", JASA 82 (1987); the acceleration is the jackknife's (Efron and Tibshirani, "An
/// introduction to the bootstrap", equation 14.15).
class NEARFAR_EXPORT BcaBounds {
 public:
  /// From the replicates (one or more), the value, and the values with one unit left out; all finite.
  /// O(B log B + units).
  BcaBounds(std::vector<double> replicates, double value, std::span<const double> leave_one_out);

  /// The bound that lies above what is estimated with confidence `level` (0.975: the upper end of a 95 %
  /// interval, 0.025: its lower end): the quantile of the replicates at Phi(z0 + (z0 + z) / (1 - a (z0 + z)))
  /// with z = Phi^-1(level). Between two replicates linear. O(1).
  [[nodiscard]] double at(double level) const;

  /// z0 = Phi^-1(share of replicates below the value, equal ones by half), kept finite.
  [[nodiscard]] double bias() const { return bias_; }
  /// a = sum d^3 / (6 (sum d^2)^1.5), d = mean of the leave-one-out values - one of them.
  [[nodiscard]] double acceleration() const { return acceleration_; }

 private:
  std::vector<double> replicates_;  // ascending
  double bias_ = 0;
  double acceleration_ = 0;
};

}  // namespace nearfar
