#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/evaluation/tied_order.h"

namespace nearfar {

/// How two numbers of each unit go together. The orders are found once in O(n), 14 bytes a unit. `counts`
/// says how often each unit is taken, in input order, or once without it; a unit taken twice is tied with
/// itself. NaN where one of the two is constant. May be asked from several threads at once.
class NEARFAR_EXPORT Correlation {
 public:
  /// The numbers stay with the caller; none may be NaN.
  Correlation(std::span<const float> x, std::span<const float> y);

  /// Covariance over the standard deviations. O(n).
  [[nodiscard]] double pearson(std::span<const std::uint32_t> counts = {}) const;
  /// Pearson's of the ranks; tied ones have their mean rank. O(n).
  [[nodiscard]] double spearman(std::span<const std::uint32_t> counts = {}) const;
  /// tau-b = (C - D) / sqrt((n0 - n1)(n0 - n2)), with C concordant and D discordant of all n0 pairs of units,
  /// n1 tied in x and n2 in y (Kendall 1945). O(n log v) for v different y.
  [[nodiscard]] double kendall(std::span<const std::uint32_t> counts = {}) const;

 private:
  std::span<const float> x_;
  std::span<const float> y_;
  TiedOrder by_x_;
  TiedOrder by_y_;
  std::vector<std::uint32_t> group_of_y_;  // of each unit: how many different y are smaller
  std::uint32_t y_groups_ = 0;
};

}  // namespace nearfar
