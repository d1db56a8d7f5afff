#include "nearfar/evaluation/verdict.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "nearfar/core/error.h"
#include "nearfar/core/text.h"

namespace nearfar {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

std::size_t measure_at(const Outcome& outcome, const Gate& gate) {
  const auto found = std::find_if(outcome.measures.begin(), outcome.measures.end(),
                                  [&](const MeasuredValue& measure) { return measure.name == gate.name; });
  if (found == outcome.measures.end()) {
    std::vector<std::string> names;
    for (const MeasuredValue& measure : outcome.measures) names.push_back(measure.name);
    usage_error("--gate '" + gate.text + "': '" + gate.name + "' is not a measure of this run" +
                    did_you_mean(gate.name, names),
                "its measures are " + listed(names) + "; a count has neither interval, slices nor drop");
  }
  return static_cast<std::size_t>(found - outcome.measures.begin());
}

std::vector<Slice> slices_of(const Outcome& outcome, const StatisticsOptions& options) {
  std::vector<Slice> slices;
  for (const Outcome::Slicing& slicing : outcome.slicings) {
    std::vector<std::vector<std::int32_t>> members(slicing.values.size());
    for (std::size_t u = 0; u < slicing.of_unit.size(); ++u) {
      if (slicing.of_unit[u] >= 0)
        members[static_cast<std::size_t>(slicing.of_unit[u])].push_back(static_cast<std::int32_t>(u));
    }
    for (std::size_t s = 0; s < members.size(); ++s) {
      Slice slice{slicing.column, slicing.values[s], 0, estimates(outcome, members[s], options)};
      for (const Estimate& estimate : slice.estimates) slice.units = std::max(slice.units, estimate.units);
      slices.push_back(std::move(slice));
    }
  }
  return slices;
}

GateVerdict decide_number(const Gate& gate, double value, std::string where = {}) {
  GateVerdict verdict;
  verdict.gate = gate;
  verdict.value = value;
  verdict.where = std::move(where);
  verdict.passed = holds(gate, value);
  verdict.outcome = verdict.passed ? GateOutcome::pass : GateOutcome::fail;
  return verdict;
}

GateVerdict decide_value(const Gate& gate, const Outcome& outcome) {
  for (const auto& [name, count] : outcome.counts) {
    if (name != gate.name) continue;
    GateVerdict verdict = decide_number(gate, static_cast<double>(count));
    verdict.is_count = true;
    return verdict;
  }
  return decide_number(gate, outcome.measures[measure_at(outcome, gate)].value);
}

GateVerdict decide_end(const Gate& gate, const Outcome& outcome, const Verdict& verdict) {
  const std::optional<Interval>& interval = verdict.estimates[measure_at(outcome, gate)].interval;
  if (!interval)
    data_error("the gate '" + gate.text + "' cannot be decided: there are too few of the " + outcome.unit +
                   " kind to give " + gate.name + " an interval",
               {}, "give more of them, or bound the value itself: --gate '" + gate.name + ">=X'");
  return decide_number(gate, gate.subject == GateSubject::low ? interval->low : interval->high);
}

// The slice with the least (greatest) value decides.
GateVerdict decide_slices(const Gate& gate, const Outcome& outcome, const Verdict& verdict) {
  const std::size_t m = measure_at(outcome, gate);
  const double sign = gate.subject == GateSubject::least ? 1 : -1;
  double worst = kNone;
  std::string where;
  for (const Slice& slice : verdict.slices) {
    if (slice.column != gate.column) continue;
    const double value = slice.estimates[m].value;
    if (!std::isfinite(value))
      data_error("the gate '" + gate.text + "' cannot be decided: no " + outcome.unit + " of the slice " +
                     slice.name() + " was counted for " + gate.name,
                 {}, "leave the slice out with --where '" + slice.column + "!=" + slice.value + "'");
    if (!std::isnan(worst) && sign * value >= sign * worst) continue;
    worst = value;
    where = slice.name();
  }
  return decide_number(gate, worst, std::move(where));
}

const Comparison& comparison_of(const Gate& gate, const Verdict& verdict, const JudgeOptions& options) {
  for (const Comparison& comparison : verdict.comparisons) {
    if (comparison.measure == gate.name) return comparison;
  }
  data_error("the baseline has no value of " + gate.name + ", which the gate '" + gate.text + "' needs",
             {options.baseline_name, 0, 0, {}}, "write the baseline with this measure among --measures");
}

GateVerdict decide_against_baseline(const Gate& gate, const Verdict& verdict, const JudgeOptions& options) {
  const Comparison& comparison = comparison_of(gate, verdict, options);
  if (!comparison.evidence)
    data_error("the gate '" + gate.text + "' cannot be decided: a drop needs two or more paired values", {},
               "give more data, or bound the value itself: --gate '" + gate.name + ">=X'");
  GateVerdict found = decide_drop(gate, comparison.drop, comparison.evidence->low, comparison.evidence->high,
                                  options.inconclusive);
  found.drop->p = p_of_failing(comparison, gate.bound, options.statistics);
  return found;
}

GateVerdict decide(const Gate& gate, const Outcome& outcome, const Verdict& verdict,
                   const JudgeOptions& options) {
  switch (gate.subject) {
    case GateSubject::value:
      return decide_value(gate, outcome);
    case GateSubject::low:
    case GateSubject::high:
      return decide_end(gate, outcome, verdict);
    case GateSubject::least:
    case GateSubject::greatest:
      return decide_slices(gate, outcome, verdict);
    case GateSubject::drop:
      return decide_against_baseline(gate, verdict, options);
  }
  throw Error(ErrorKind::internal, "a gate of no kind");
}

void adjust(std::vector<GateVerdict>& gates) {
  std::vector<double> p;
  for (const GateVerdict& gate : gates) {
    if (gate.drop) p.push_back(gate.drop->p);
  }
  const std::vector<double> adjusted = holm(p);
  std::size_t next = 0;
  for (GateVerdict& gate : gates) {
    if (gate.drop) gate.drop->p_holm = adjusted[next++];
  }
}

}  // namespace

bool Verdict::passed() const {
  return std::all_of(gates.begin(), gates.end(), [](const GateVerdict& verdict) { return verdict.passed; });
}

int Verdict::exit_status() const {
  if (passed()) return 0;
  const bool undecided = inconclusive == Inconclusive::error &&
                         std::all_of(gates.begin(), gates.end(), [](const GateVerdict& verdict) {
                           return verdict.passed || verdict.outcome == GateOutcome::inconclusive;
                         });
  return undecided ? static_cast<int>(ErrorKind::inconclusive) : 1;
}

Verdict judge(const Outcome& outcome, const JudgeOptions& options) {
  Verdict verdict;
  verdict.statistics = options.statistics;
  verdict.inconclusive = options.inconclusive;
  if (options.baseline != nullptr) {  // first: what cannot be compared is refused before the long work
    verdict.compared = true;
    verdict.baseline_version = options.baseline->tool_version;
    verdict.comparisons = compare(outcome, *options.baseline, options.baseline_name, options.statistics);
  }
  verdict.estimates = estimates(outcome, options.statistics);
  verdict.slices = slices_of(outcome, options.statistics);
  for (const Gate& gate : options.gates) verdict.gates.push_back(decide(gate, outcome, verdict, options));
  adjust(verdict.gates);
  return verdict;
}

}  // namespace nearfar
