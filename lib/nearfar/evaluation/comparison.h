#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/data/baseline.h"
#include "nearfar/evaluation/intervals.h"
#include "nearfar/evaluation/outcome.h"

namespace nearfar {

/// One measure now against a baseline, paired by unit.
struct Comparison {
  std::string measure;
  double baseline = 0;
  double now = 0;
  double drop = 0;          ///< how much worse it is now; negative: better
  std::int64_t units = 0;   ///< compared: units, clusters, or parts of a measure that is no plain mean
  std::int64_t wins = 0;    ///< units that are better now
  std::int64_t ties = 0;    ///< exactly equal
  std::int64_t losses = 0;  ///< the three are 0 for a measure without values of single units
  struct Evidence {
    double low = 0;  ///< one-sided bounds of the drop, each at the confidence asked for
    double high = 0;
    double p = 1;       ///< two-sided, of "no difference": sign flips
    double effect = 0;  ///< mean of the paired differences / their standard deviation; positive: worse
    double detectable =
        0;  ///< the smallest margin that would hold with a chance of 80 % were nothing changed
  };
  std::optional<Evidence> evidence;  ///< empty with --intervals none, or fewer than two units
  std::vector<double> differences;   ///< by draw unit, summed; sum(differences) / sum(sizes) is the drop
  std::vector<double> sizes;
};

/// What --write-baseline stores. Measures that are not plain means are evaluated once for each part.
[[nodiscard]] NEARFAR_EXPORT Baseline baseline_of(const Outcome& outcome);

/// Every measure that both have, in the order of the outcome. `name` is the baseline's file, for messages.
/// Throws Error (data) unless the two can be compared: same unit, fingerprint, signature and definitions, the
/// same units (by id in any order, or by number), the same ones of them counted.
[[nodiscard]] NEARFAR_EXPORT std::vector<Comparison> compare(const Outcome& outcome, const Baseline& baseline,
                                                             const std::string& name,
                                                             const StatisticsOptions& options);

/// One-sided p-value of "the drop is at most `margin`": sign flips of d - margin.
[[nodiscard]] NEARFAR_EXPORT double p_of_failing(const Comparison& comparison, double margin,
                                                 const StatisticsOptions& options);

/// Adjusts p-values for their number (S. Holm, "A simple sequentially rejective multiple test procedure",
/// Scandinavian Journal of Statistics 6, 1979), in the order given.
[[nodiscard]] NEARFAR_EXPORT std::vector<double> holm(const std::vector<double>& p);

}  // namespace nearfar
