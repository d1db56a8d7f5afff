// An evaluation with something in every part of its report.
#pragma once

#include <limits>

#include "nearfar/report/report.h"

namespace nearfar::testing {

/// Owns what a Report refers to.
struct SampleReport {
  Outcome outcome;
  Verdict verdict;

  [[nodiscard]] Report report() const { return {"eval-retrieval", outcome, verdict}; }
  [[nodiscard]] std::string rendered(std::string_view format) const {
    return report_format(format).render(report());
  }
};

inline SampleReport sample_report() {
  SampleReport sample;
  Outcome& outcome = sample.outcome;
  const auto measure = [](std::string name, std::string definition, double value) {
    MeasuredValue measured;
    measured.name = std::move(name);
    measured.definition = std::move(definition);
    measured.value = value;
    measured.per_unit = {value, std::numeric_limits<double>::quiet_NaN(), value};
    return measured;
  };
  outcome.measures = {measure("precision@1", "h(k)/k", 0.1 + 0.2), measure("map@r", "(1/R) sum", 1.0 / 3),
                      measure("mrr", "1 / rank", 1)};
  outcome.unit_ids = {"a", "b,c", "d"};
  outcome.unit_counts = {{"relevant", {3, 0, 5}}};
  outcome.counts = {{"queries", 12540}, {"gallery", 12541}, {"skipped", 1}, {"tied", 0}};
  outcome.policies = {{"distance", "euclidean"}, {"ties", "expected"}};
  outcome.signature = "eval-retrieval; ties expected";
  outcome.fingerprint = "xxh3-128:0";
  Verdict& verdict = sample.verdict;
  verdict.estimates = {{0.1 + 0.2, 12540, Interval{0.25123, 0.34987, "bca"}},
                       {1.0 / 3, 12540, Interval{0.3, 2.0 / 3, "bca"}},
                       {1, 12539, Interval{0.99, 1, "wilson"}}};
  verdict.slices = {
      {"camera", "3", 7, {{0.123456, 7, Interval{0.1, 0.2, "bca"}}, {0.5, 7, {}}, {0.75, 6, {}}}}};
  verdict.compared = true;
  Comparison comparison;
  comparison.measure = "map@r";
  comparison.baseline = 0.35;
  comparison.now = 1.0 / 3;
  comparison.drop = 0.35 - 1.0 / 3;
  comparison.units = 12540;
  comparison.wins = 3;
  comparison.ties = 4;
  comparison.losses = 5;
  comparison.evidence = Comparison::Evidence{-0.001234, 0.034567, 0.0456789, 0.111222, 0.022233};
  verdict.comparisons = {comparison};
  const auto gate = [](std::string_view text, double value, GateOutcome outcome_of, bool passed) {
    GateVerdict found;
    found.gate = parse_gate(text);
    found.value = value;
    found.outcome = outcome_of;
    found.passed = passed;
    return found;
  };
  verdict.gates = {gate("map@r>=0.3", 1.0 / 3, GateOutcome::pass, true),
                   gate("map@r>0.5", 1.0 / 3, GateOutcome::fail, false),
                   gate("map@r drop<=0.02", 0.35 - 1.0 / 3, GateOutcome::inconclusive, true)};
  verdict.gates[2].drop = GateVerdict::Drop{-0.001234, 0.034567, 0.4, 0.8};
  return sample;
}

}  // namespace nearfar::testing
