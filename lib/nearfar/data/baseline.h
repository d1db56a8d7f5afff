#pragma once

#include <string>
#include <vector>

namespace nearfar {

/// One measure of an earlier evaluation.
struct BaselineMeasure {
  std::string name;
  std::string definition;
  double value = 0;
  bool higher_is_better = true;
  std::vector<double> per_unit;  ///< one a unit, NaN where not counted; empty when it has no such values
  /// How far each part of the units moves a measure that is not a plain mean (its pseudo-values, whose mean
  /// is the value but for its bias); empty for a plain mean.
  std::vector<double> per_part;
};

/// What an earlier evaluation found, as --write-baseline stores it.
struct Baseline {
  std::string tool_version;
  std::string unit;                   ///< "query", "pair", ...
  std::string signature;              ///< of definitions and policies
  std::string fingerprint;            ///< of the items and labels
  std::string parts;                  ///< tells which units belong to which part; empty without parts
  std::vector<std::string> unit_ids;  ///< empty: units pair by number
  std::vector<BaselineMeasure> measures;
};

}  // namespace nearfar
