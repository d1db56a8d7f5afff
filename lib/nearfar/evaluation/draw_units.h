#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "nearfar/evaluation/outcome.h"

namespace nearfar {

/// What a resample draws: single units, or whole clusters of them.
struct DrawUnits {
  std::vector<std::int32_t> of_unit;  ///< the draw unit of each unit of the outcome; -1: takes no part
  std::int64_t size = 0;
  bool all_units = false;  ///< draw unit u is unit u, for all of them
};

/// The draw units of those units that `members` names (ascending). Clusters where the outcome has them,
/// numbered by the first member in the order of ids (without ids: of input), so that row order changes
/// nothing. Units that no measure counts take no part. O(members log members).
[[nodiscard]] DrawUnits draw_units(const Outcome& outcome, std::span<const std::int32_t> members);
/// Of all units.
[[nodiscard]] DrawUnits draw_units(const Outcome& outcome);

/// A measure that is a mean over units, summed by draw unit: it is sum(sums) / sum(sizes).
struct DrawSums {
  std::vector<double> sums;
  std::vector<double> sizes;  ///< counted units in each
  bool all_one = true;        ///< all sizes are 1
};
[[nodiscard]] DrawSums draw_sums(std::span<const double> per_unit, const DrawUnits& draws);

/// A measure with of_counts when each draw unit is taken counts[d] times.
[[nodiscard]] double value_of_draws(const MeasuredValue& measure, const DrawUnits& draws,
                                    std::span<const std::uint32_t> counts);

/// The value with each of some parts of the draw units left out: the jackknife. Of a mean, every draw unit is
/// a part. With of_counts they are at most kMostParts (draw unit d in part d mod parts), for each of which
/// the measure is evaluated once. A part without which the measure is undefined is left out.
inline constexpr std::int64_t kMostParts = 400;
[[nodiscard]] std::int64_t jackknife_parts(const MeasuredValue& measure, const DrawUnits& draws);
[[nodiscard]] std::vector<double> leave_one_out(const DrawSums& mean);
[[nodiscard]] std::vector<double> leave_one_out(const MeasuredValue& measure, const DrawUnits& draws);

}  // namespace nearfar
