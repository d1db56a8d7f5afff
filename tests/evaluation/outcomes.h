// Small outcomes for the tests of what follows an evaluation.
#pragma once

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "nearfar/core/random.h"
#include "nearfar/evaluation/outcome.h"

namespace nearfar::testing {

inline MeasuredValue mean_measure(std::string name, std::vector<double> per_unit) {
  MeasuredValue measure;
  measure.name = std::move(name);
  measure.definition = "the mean";
  double sum = 0;
  double counted = 0;
  for (const double value : per_unit) {
    if (std::isnan(value)) continue;
    sum += value;
    ++counted;
  }
  measure.value = sum / counted;
  measure.per_unit = std::move(per_unit);
  return measure;
}

/// The square of the mean, which is no mean over units.
inline MeasuredValue squared_mean(std::string name, std::vector<double> values) {
  MeasuredValue measure = mean_measure(std::move(name), values);
  measure.value *= measure.value;
  measure.per_unit.clear();
  measure.of_counts = [values = std::move(values)](std::span<const std::uint32_t> counts) {
    double sum = 0;
    double taken = 0;
    for (std::size_t u = 0; u < values.size(); ++u) {
      sum += counts[u] * values[u];
      taken += counts[u];
    }
    return taken > 0 ? sum * sum / (taken * taken) : std::nan("");
  };
  return measure;
}

inline std::vector<double> skewed_values(std::size_t count, std::uint64_t seed) {
  Random random(seed);
  std::vector<double> values(count);
  for (double& value : values) value = std::pow(random.uniform(), 2);
  return values;
}

inline Outcome outcome_with(std::vector<MeasuredValue> measures) {
  Outcome outcome;
  outcome.measures = std::move(measures);
  outcome.units = static_cast<std::int64_t>(outcome.measures.front().per_unit.size());
  outcome.counts = {{"queries", outcome.units}};
  outcome.signature = "test; ties expected";
  outcome.fingerprint = "xxh3-128:1";
  for (std::int64_t u = 0; u < outcome.units; ++u) outcome.unit_ids.push_back("q" + std::to_string(u));
  return outcome;
}

}  // namespace nearfar::testing
