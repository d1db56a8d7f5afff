#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/evaluation/outcome.h"

namespace nearfar {

/// How uncertainty is found.
struct StatisticsOptions {
  bool intervals = true;
  std::int64_t resamples = 2000;
  double confidence = 0.95;  ///< two-sided for intervals, one-sided for the bounds of a drop
  std::uint64_t seed = 0;
};

struct Interval {
  double low = 0;
  double high = 0;
  std::string_view method;  ///< "bca" or "wilson"
};

/// A measure over some units.
struct Estimate {
  double value = 0;        ///< NaN where none of the units was counted
  std::int64_t units = 0;  ///< counted
  /// Empty where none was asked for, and where nothing varies that could be resampled (fewer than two draw
  /// units) or the measure is undefined for half of the resamples.
  std::optional<Interval> interval;
};

/// Every measure over `members` (ascending), one estimate a measure of the outcome. The interval of a plain
/// proportion (every unit 0 or 1, no clusters, a plain mean) is Wilson's; every other one is the BCa
/// bootstrap over units, or over clusters where the outcome has them. All measures see the same resamples.
/// Deterministic for any number of threads. O(resamples x members x measures).
[[nodiscard]] NEARFAR_EXPORT std::vector<Estimate> estimates(const Outcome& outcome,
                                                             std::span<const std::int32_t> members,
                                                             const StatisticsOptions& options);
/// Over all units, with the values that the outcome has.
[[nodiscard]] NEARFAR_EXPORT std::vector<Estimate> estimates(const Outcome& outcome,
                                                             const StatisticsOptions& options);

}  // namespace nearfar
