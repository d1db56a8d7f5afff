#include "nearfar/evaluation/comparison.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <unordered_map>

#include "nearfar/core/error.h"
#include "nearfar/core/text.h"
#include "nearfar/core/version.h"
#include "nearfar/evaluation/draw_units.h"
#include "nearfar/evaluation/drop_bounds.h"
#include "nearfar/evaluation/fingerprint.h"
#include "nearfar/evaluation/sign_flip.h"

namespace nearfar {
namespace {

using Order = std::vector<std::size_t>;  // place in the baseline of each unit

[[noreturn]] void refuse(const std::string& name, const std::string& why, const std::string& advice) {
  data_error("the baseline cannot be compared with this run: " + why, {name, 0, 0, {}}, advice);
}

// Jackknife pseudo-values, n value - (n - 1) value without part i, moved so that their mean is the value.
std::vector<double> pseudo_values(const MeasuredValue& measure, const DrawUnits& draws) {
  std::vector<double> values = leave_one_out(measure, draws);
  const auto parts = static_cast<double>(values.size());
  double mean = 0;
  for (double& value : values) {
    value = parts * measure.value - (parts - 1) * value;
    mean += value / parts;
  }
  for (double& value : values) value += measure.value - mean;
  return values;
}

// Which units belong to which part.
std::string parts_of(const Outcome& outcome, const DrawUnits& draws) {
  Fingerprint parts;
  for (std::size_t u = 0; u < draws.of_unit.size(); ++u) {
    const std::string unit = outcome.unit_ids.empty() ? std::to_string(u + 1) : outcome.unit_ids[u];
    parts.add({unit, std::to_string(draws.of_unit[u])});
  }
  return parts.text();
}

bool has_parts(const Outcome& outcome) {
  return std::any_of(outcome.measures.begin(), outcome.measures.end(),
                     [](const MeasuredValue& measure) { return measure.of_counts != nullptr; });
}

const BaselineMeasure* find(const Baseline& baseline, const std::string& name) {
  for (const BaselineMeasure& measure : baseline.measures) {
    if (measure.name == name) return &measure;
  }
  return nullptr;
}

void check_comparable(const Outcome& outcome, const Baseline& baseline, const std::string& name) {
  if (baseline.unit != outcome.unit)
    refuse(name, "it has a value for each " + baseline.unit + ", this run one for each " + outcome.unit,
           "write the baseline with the same command");
  if (baseline.signature != outcome.signature)
    refuse(name,
           "its policies are '" + baseline.signature + "', those of this run '" + outcome.signature + "'",
           "evaluate both with the same options");
  if (outcome.fingerprint.empty() || baseline.fingerprint != outcome.fingerprint)
    refuse(name, "it was made on other items or labels",
           "evaluate both on the same rows with the same labels");
}

Order order_of(const Outcome& outcome, const Baseline& baseline, const std::string& name) {
  Order order(static_cast<std::size_t>(outcome.unit_count()));
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (outcome.unit_ids.empty() != baseline.unit_ids.empty())
    refuse(name, "only one of the two has ids", "name the ids with --id in both");
  if (outcome.unit_ids.empty()) return order;
  if (outcome.unit_ids.size() != baseline.unit_ids.size())
    refuse(name, "it has other ids", "evaluate both on the same rows");
  std::unordered_map<std::string_view, std::size_t> places;
  for (std::size_t i = 0; i < baseline.unit_ids.size(); ++i) places.emplace(baseline.unit_ids[i], i);
  for (std::size_t u = 0; u < order.size(); ++u) {
    const auto found = places.find(outcome.unit_ids[u]);
    if (found == places.end())
      refuse(name, "it has no " + outcome.unit + " with the id '" + outcome.unit_ids[u] + "'",
             "evaluate both on the same rows");
    order[u] = found->second;
  }
  return order;
}

// How much worse each unit is now; NaN where it was not counted.
std::vector<double> differences_of(const MeasuredValue& now, const BaselineMeasure& then, const Order& order,
                                   const std::string& name) {
  if (now.per_unit.size() != then.per_unit.size())
    refuse(name, "its number of values of " + now.name + " is another",
           "write the baseline anew with --write-baseline");
  std::vector<double> differences(now.per_unit.size());
  const double sign = now.higher_is_better ? 1 : -1;
  for (std::size_t u = 0; u < differences.size(); ++u) {
    const double before = then.per_unit[order[u]];
    if (std::isnan(before) != std::isnan(now.per_unit[u]))
      refuse(name, "other units were counted for " + now.name, "evaluate both on the same rows");
    differences[u] = sign * (before - now.per_unit[u]);
  }
  return differences;
}

void count_signs(std::span<const double> differences, Comparison& comparison) {
  for (const double d : differences) {
    comparison.wins += d < 0 ? 1 : 0;
    comparison.ties += d == 0 ? 1 : 0;
    comparison.losses += d > 0 ? 1 : 0;
  }
}

// The differences of a measure that is not a plain mean: of its pseudo-values.
DrawSums part_differences(const MeasuredValue& now, const BaselineMeasure& then, const DrawUnits& draws,
                          const std::string& name) {
  const std::vector<double> values = pseudo_values(now, draws);
  if (values.size() != then.per_part.size())
    refuse(name, "its number of parts for " + now.name + " is another",
           "write the baseline anew with --write-baseline");
  DrawSums sums;
  sums.sizes.assign(values.size(), 1);
  for (std::size_t i = 0; i < values.size(); ++i)
    sums.sums.push_back((now.higher_is_better ? 1 : -1) * (then.per_part[i] - values[i]));
  return sums;
}

// Without the draw units of which nothing was counted.
DrawSums counted_only(DrawSums sums) {
  std::size_t kept = 0;
  for (std::size_t d = 0; d < sums.sizes.size(); ++d) {
    if (sums.sizes[d] == 0) continue;
    sums.sums[kept] = sums.sums[d];
    sums.sizes[kept++] = sums.sizes[d];
  }
  sums.sums.resize(kept);
  sums.sizes.resize(kept);
  sums.all_one = std::all_of(sums.sizes.begin(), sums.sizes.end(), [](double size) { return size == 1; });
  return sums;
}

Comparison::Evidence evidence_of(const Comparison& comparison, const DrawSums& sums,
                                 const StatisticsOptions& options) {
  const DropBounds bounds = drop_bounds(sums, options.confidence, options.resamples, options.seed);
  Comparison::Evidence evidence;
  evidence.low = bounds.low;
  evidence.high = bounds.high;
  evidence.detectable = bounds.detectable;
  const double spread = bounds.standard_error * std::sqrt(static_cast<double>(sums.sums.size()));
  evidence.effect = spread > 0 ? comparison.drop / spread : 0;
  evidence.p = sign_flip_p(sums.sums, Sided::two, options.resamples, options.seed);
  return evidence;
}

}  // namespace

Baseline baseline_of(const Outcome& outcome) {
  Baseline baseline;
  baseline.tool_version = version();
  baseline.unit = outcome.unit;
  baseline.signature = outcome.signature;
  baseline.fingerprint = outcome.fingerprint;
  baseline.unit_ids = outcome.unit_ids;
  const DrawUnits draws = draw_units(outcome);
  if (has_parts(outcome)) baseline.parts = parts_of(outcome, draws);
  for (const MeasuredValue& measure : outcome.measures) {
    BaselineMeasure stored{
        measure.name, measure.definition, measure.value, measure.higher_is_better, measure.per_unit, {}};
    if (measure.of_counts) stored.per_part = pseudo_values(measure, draws);
    baseline.measures.push_back(std::move(stored));
  }
  return baseline;
}

std::vector<Comparison> compare(const Outcome& outcome, const Baseline& baseline, const std::string& name,
                                const StatisticsOptions& options) {
  check_comparable(outcome, baseline, name);
  const Order order = order_of(outcome, baseline, name);
  const DrawUnits draws = draw_units(outcome);
  if (has_parts(outcome) && baseline.parts != parts_of(outcome, draws))
    refuse(name, "its units were put together in another way", "give both runs the same --cluster");
  std::vector<Comparison> comparisons;
  for (const MeasuredValue& now : outcome.measures) {
    const BaselineMeasure* then = find(baseline, now.name);
    if (then == nullptr) continue;
    if (then->definition != now.definition || then->higher_is_better != now.higher_is_better)
      refuse(name, now.name + " had another definition: " + then->definition,
             "write the baseline anew with --write-baseline");
    Comparison comparison;
    comparison.measure = now.name;
    comparison.baseline = then->value;
    comparison.now = now.value;
    comparison.drop = (now.higher_is_better ? 1 : -1) * (then->value - now.value);
    std::vector<double> differences;
    if (!now.per_unit.empty()) differences = differences_of(now, *then, order, name);
    count_signs(differences, comparison);
    DrawSums sums = now.of_counts ? part_differences(now, *then, draws, name)
                                  : counted_only(draw_sums(differences, draws));
    comparison.units = static_cast<std::int64_t>(sums.sums.size());
    if (options.intervals && comparison.units > 1)
      comparison.evidence = evidence_of(comparison, sums, options);
    comparison.differences = std::move(sums.sums);
    comparison.sizes = std::move(sums.sizes);
    comparisons.push_back(std::move(comparison));
  }
  return comparisons;
}

double p_of_failing(const Comparison& comparison, double margin, const StatisticsOptions& options) {
  std::vector<double> beyond(comparison.differences.size());
  for (std::size_t d = 0; d < beyond.size(); ++d)
    beyond[d] = comparison.differences[d] - margin * comparison.sizes[d];
  return sign_flip_p(beyond, Sided::one, options.resamples, options.seed);
}

std::vector<double> holm(const std::vector<double>& p) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return p[a] < p[b]; });
  std::vector<double> adjusted(p.size());
  double least = 0;
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    // max over the smaller ones of (m - rank) p, at most 1
    least = std::max(least, std::min(1.0, static_cast<double>(p.size() - rank) * p[order[rank]]));
    adjusted[order[rank]] = least;
  }
  return adjusted;
}

}  // namespace nearfar
