#include <string>

#include "nearfar/io/jsonl.h"
#include "nearfar/report/forms.h"
#include "nearfar/report/numbers.h"

namespace nearfar {
namespace {

std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

// The members of an object or the elements of an array, with their commas.
class Members {
 public:
  Members(char open, char close) : text_(1, open), close_(close) {}
  void add(std::string_view key, const std::string& value) { element(quoted(key) + ":" + value); }
  void element(const std::string& value) {
    if (text_.size() > 1) text_ += ',';
    text_ += value;
  }
  [[nodiscard]] std::string text() const { return text_ + close_; }

 private:
  std::string text_;
  char close_;
};
Members object() { return {'{', '}'}; }
Members array() { return {'[', ']'}; }

std::string interval_text(const std::optional<Interval>& interval) {
  return interval ? "[" + exact_json(interval->low) + "," + exact_json(interval->high) + "]" : "null";
}

std::string statistics(const Report& report) {
  const StatisticsOptions& options = report.verdict.statistics;
  Members methods = object();
  for (std::size_t m = 0; m < report.outcome.measures.size(); ++m) {
    if (const auto& interval = report.verdict.estimates[m].interval)
      methods.add(report.outcome.measures[m].name, quoted(interval->method));
  }
  Members all = object();
  all.add("intervals", quoted(options.intervals ? "bca" : "none"));
  all.add("confidence", exact_json(options.confidence));
  all.add("resamples", std::to_string(options.resamples));
  all.add("resampled", quoted(report.outcome.clusters.empty() ? report.outcome.unit : "cluster"));
  all.add("seed", std::to_string(options.seed));
  all.add("methods", methods.text());
  return all.text();
}

std::string slice_text(const Report& report, const Slice& slice) {
  Members measures = object();
  Members intervals = object();
  Members counted = object();
  for (std::size_t m = 0; m < slice.estimates.size(); ++m) {
    const std::string& name = report.outcome.measures[m].name;
    measures.add(name, exact_json(slice.estimates[m].value));
    counted.add(name, std::to_string(slice.estimates[m].units));
    if (report.verdict.statistics.intervals) intervals.add(name, interval_text(slice.estimates[m].interval));
  }
  Members all = object();
  all.add("n", std::to_string(slice.units));
  all.add("measures", measures.text());
  all.add("counted", counted.text());
  all.add("intervals", intervals.text());
  return all.text();
}

std::string comparison_text(const Comparison& comparison) {
  Members all = object();
  all.add("baseline", exact_json(comparison.baseline));
  all.add("now", exact_json(comparison.now));
  all.add("drop", exact_json(comparison.drop));
  all.add("n", std::to_string(comparison.units));
  all.add("wins", std::to_string(comparison.wins));
  all.add("ties", std::to_string(comparison.ties));
  all.add("losses", std::to_string(comparison.losses));
  if (comparison.evidence) {
    all.add("low", exact_json(comparison.evidence->low));
    all.add("high", exact_json(comparison.evidence->high));
    all.add("p", exact_json(comparison.evidence->p));
    all.add("effect", exact_json(comparison.evidence->effect));
    all.add("detectable", exact_json(comparison.evidence->detectable));
  }
  return all.text();
}

std::string gate_text(const GateVerdict& gate) {
  Members all = object();
  all.add("gate", quoted(gate.gate.text));
  all.add("value", exact_json(gate.value));
  all.add("verdict", quoted(gate_outcome_name(gate.outcome)));
  all.add("decided", gate.passed ? "\"pass\"" : "\"fail\"");
  if (!gate.where.empty()) all.add("slice", quoted(gate.where));
  if (gate.drop) {
    all.add("low", exact_json(gate.drop->low));
    all.add("high", exact_json(gate.drop->high));
    all.add("p", exact_json(gate.drop->p));
    all.add("p_holm", exact_json(gate.drop->p_holm));
  }
  return all.text();
}

}  // namespace

std::string render_json(const Report& report) {
  const Outcome& outcome = report.outcome;
  const Verdict& verdict = report.verdict;
  Members all = object();
  all.add("schema", "1");
  Members measures = object();
  Members intervals = object();
  Members definitions = object();
  for (std::size_t m = 0; m < outcome.measures.size(); ++m) {
    measures.add(outcome.measures[m].name, exact_json(outcome.measures[m].value));
    definitions.add(outcome.measures[m].name, quoted(outcome.measures[m].definition));
    if (verdict.statistics.intervals)
      intervals.add(outcome.measures[m].name, interval_text(verdict.estimates[m].interval));
  }
  all.add("measures", measures.text());
  all.add("intervals", intervals.text());
  for (const auto& [name, value] : outcome.counts) all.add(name, std::to_string(value));
  Members policies = object();
  for (const Policy& policy : outcome.policies) policies.add(policy.name, quoted(policy.value));
  all.add("policies", policies.text());
  all.add("definitions", definitions.text());
  all.add("statistics", statistics(report));
  Members slices = object();
  for (const Slice& slice : verdict.slices) slices.add(slice.name(), slice_text(report, slice));
  all.add("slices", slices.text());
  if (verdict.compared) {
    Members comparisons = object();
    for (const Comparison& comparison : verdict.comparisons)
      comparisons.add(comparison.measure, comparison_text(comparison));
    all.add("comparison", comparisons.text());
  }
  Members gates = array();
  for (const GateVerdict& gate : verdict.gates) gates.element(gate_text(gate));
  all.add("gates", gates.text());
  all.add("signature", quoted(outcome.signature));
  all.add("fingerprint", quoted(outcome.fingerprint));
  return all.text() + "\n";
}

}  // namespace nearfar
