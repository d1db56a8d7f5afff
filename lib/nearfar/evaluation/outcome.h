#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "nearfar/evaluation/portrait.h"

namespace nearfar {

/// One measure of an evaluation: its value, and what its uncertainty is derived from.
struct MeasuredValue {
  std::string name;        ///< as the user wrote it: "map@r"
  std::string definition;  ///< one line; the reports repeat it
  double value = 0;        ///< over all counted units, by the averaging the policies name
  /// The value of every unit, in input order; NaN where the unit was not counted. Empty when the measure has
  /// no value of single units (eer, auc of pairs).
  std::vector<double> per_unit;
  /// Set where `value` is not the plain mean of per_unit (those, and macro averages): the measure when unit u
  /// is taken counts[u] times, which is what a bootstrap resample, the jackknife and a slice need; NaN where
  /// none of the units taken was counted. May be called from several threads at once.
  std::function<double(std::span<const std::uint32_t> counts)> of_counts;
  bool higher_is_better = true;
};

/// What was decided about how to measure: ("ties", "expected").
struct Policy {
  std::string name;
  std::string value;
  /// How a report for people says it: unset, by name and value; "" where another one says it too.
  std::optional<std::string> words = std::nullopt;

  bool operator==(const Policy&) const = default;
};

/// What an evaluation measured, before any statistics: intervals, comparisons, gates and reports all start
/// from this value.
struct Outcome {
  std::string unit = "query";  ///< what was measured: "query", "pair", "triplet"; singular
  std::int64_t units = 0;      ///< how many there are, counted or not; needed where no measure has per_unit
  std::vector<MeasuredValue> measures;
  std::string legend;  ///< what the letters of their definitions stand for; may be ""
  std::vector<std::string>
      unit_ids;  ///< one a unit; empty when the data have no ids: then units pair by number
  /// Whole numbers of every unit for --per-query: ("relevant", one a unit).
  std::vector<std::pair<std::string, std::vector<std::int64_t>>> unit_counts;
  std::vector<std::int32_t> clusters;  ///< --cluster: code of each unit's cluster; empty: none
  struct Slicing {                     ///< --by COL
    std::string column;
    std::vector<std::string> values;    ///< names of the slices, in order of first appearance
    std::vector<std::int32_t> of_unit;  ///< place in `values` of each unit; -1: in none
  };
  std::vector<Slicing> slicings;
  std::vector<std::pair<std::string, std::int64_t>>
      counts;                    ///< queries, gallery, skipped, tied: printed always
  std::vector<Policy> policies;  ///< distance, ties, ...: printed always
  std::string signature;         ///< definitions and policies in one line; not version, threads or seed
  std::string
      fingerprint;  ///< of ids, labels or judgements and exclusion columns, in any row order; not the vectors
  /// What a page shows beside the numbers; null where no page was asked for.
  std::shared_ptr<const Portrait> portrait = nullptr;

  /// `units`, or what the values say where that was not set.
  [[nodiscard]] std::int64_t unit_count() const {
    if (units > 0) return units;
    for (const MeasuredValue& measure : measures) {
      if (!measure.per_unit.empty()) return static_cast<std::int64_t>(measure.per_unit.size());
    }
    return static_cast<std::int64_t>(unit_ids.size());
  }
};

}  // namespace nearfar
