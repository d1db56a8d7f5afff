#pragma once

#include <cstdint>
#include <span>

#include "nearfar/core/export.h"
#include "nearfar/evaluation/tied_order.h"
#include "nearfar/evaluation/weighted_inversions.h"

namespace nearfar {

/// How two numbers of each unit go together. The orders are found once in O(n), 18 bytes a unit. `counts`
/// says how often each unit is taken, in input order, or once without it, and less than 2^32 in all; a unit
/// taken twice is tied with itself. NaN where one of the two is constant. May be asked from several threads
/// at once.
class NEARFAR_EXPORT Correlation {
 public:
  /// The numbers stay with the caller; none may be NaN.
  Correlation(std::span<const float> x, std::span<const float> y);

  /// Covariance over the standard deviations. O(n).
  [[nodiscard]] double pearson(std::span<const std::uint32_t> counts = {}) const;
  /// Pearson's of the ranks; tied ones have their mean rank. O(n).
  [[nodiscard]] double spearman(std::span<const std::uint32_t> counts = {}) const;
  /// tau-b = (C - D) / sqrt((n0 - n1)(n0 - n2)), with C concordant and D discordant of all n0 pairs of units,
  /// n1 tied in x and n2 in y (Kendall 1945). With n3 tied in both, C - D = n0 - n1 - n2 + n3 - 2 D, and D
  /// are the inversions of y in the order of x (Knight, JASA 61, 1966). O(n log v) for v different y.
  [[nodiscard]] double kendall(std::span<const std::uint32_t> counts = {}) const;

 private:
  std::span<const float> x_;
  std::span<const float> y_;
  TiedOrder by_y_;
  TiedOrder by_x_;           // tied ones by y
  WeightedInversions of_y_;  // the different y in that order, as ranks
};

}  // namespace nearfar
