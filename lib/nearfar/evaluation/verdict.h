#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/data/baseline.h"
#include "nearfar/evaluation/comparison.h"
#include "nearfar/evaluation/gate.h"
#include "nearfar/evaluation/intervals.h"
#include "nearfar/evaluation/outcome.h"

namespace nearfar {

struct JudgeOptions {
  StatisticsOptions statistics;
  std::vector<Gate> gates;
  Inconclusive inconclusive = Inconclusive::point;
  const Baseline* baseline = nullptr;  ///< null: no comparison
  std::string baseline_name;           ///< its file, for messages
};

/// Every measure over the units with one value of a column.
struct Slice {
  std::string column;
  std::string value;
  std::int64_t units = 0;           ///< counted, of the measure that counts most
  std::vector<Estimate> estimates;  ///< one a measure

  [[nodiscard]] std::string name() const { return column + "=" + value; }
};

/// What an outcome means: how certain its numbers are, how they compare, which gates hold.
struct Verdict {
  StatisticsOptions statistics;
  Inconclusive inconclusive = Inconclusive::point;
  std::vector<Estimate> estimates;  ///< one a measure
  std::vector<Slice> slices;
  bool compared = false;  ///< with a baseline
  std::string baseline_version;
  std::vector<Comparison> comparisons;  ///< one for each measure that the baseline has too
  std::vector<GateVerdict> gates;

  /// Every gate passed, as decided.
  [[nodiscard]] NEARFAR_EXPORT bool passed() const;
  /// 0; 1 when a gate failed; 6 when none did, but one is inconclusive and that is an error.
  [[nodiscard]] NEARFAR_EXPORT int exit_status() const;
};

/// Estimates, compares and decides. The gates have passed check_gate. Throws Error (data) for what cannot be
/// compared with the baseline, a measure of a drop gate that the baseline does not have included, and for a
/// gate on a number that is not finite.
[[nodiscard]] NEARFAR_EXPORT Verdict judge(const Outcome& outcome, const JudgeOptions& options);

}  // namespace nearfar
