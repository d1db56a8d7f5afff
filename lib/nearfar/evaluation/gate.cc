#include "nearfar/evaluation/gate.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "nearfar/core/error.h"
#include "nearfar/core/family.h"
#include "nearfar/core/text.h"

namespace nearfar {
namespace {

constexpr std::array<std::string_view, 4> kInconclusive{"point", "pass", "fail", "error"};
constexpr std::array<std::string_view, 3> kOutcomes{"pass", "fail", "inconclusive"};

const std::string kExample = "for example --gate 'map@r>=0.6'; quote it, or the shell takes > for itself";

std::string quoted(std::string_view text) { return "--gate '" + std::string(text) + "'"; }

// 'min(NAME by COL)', 'NAME.low', 'NAME drop', 'NAME'.
void read_subject(std::string_view subject, Gate& gate) {
  const bool least = subject.starts_with("min(");
  if ((least || subject.starts_with("max(")) && subject.ends_with(")")) {
    const std::string_view inside = subject.substr(4, subject.size() - 5);
    const std::size_t by = inside.find(" by ");
    if (by == std::string_view::npos || trimmed(inside.substr(0, by)).empty() ||
        trimmed(inside.substr(by + 4)).empty()) {
      usage_error(quoted(gate.text) + ": expected " + std::string(subject.substr(0, 3)) + "(MEASURE by COL)",
                  "for example --gate 'min(hit@1 by camera)>=0.9' with --by camera");
    }
    gate.subject = least ? GateSubject::least : GateSubject::greatest;
    gate.name = trimmed(inside.substr(0, by));
    gate.column = trimmed(inside.substr(by + 4));
    return;
  }
  constexpr std::array<std::pair<std::string_view, GateSubject>, 3> kEndings{
      {{".low", GateSubject::low}, {".high", GateSubject::high}, {" drop", GateSubject::drop}}};
  gate.name = subject;
  for (const auto& [ending, meaning] : kEndings) {
    if (!subject.ends_with(ending)) continue;
    gate.subject = meaning;
    gate.name = trimmed(subject.substr(0, subject.size() - ending.size()));
  }
}

void check_name(const Gate& gate, const std::vector<std::string>& names) {
  if (std::find(names.begin(), names.end(), gate.name) != names.end()) return;
  usage_error(quoted(gate.text) + ": '" + gate.name + "' is not among the numbers of this run" +
                  did_you_mean(gate.name, names),
              "they are " + listed(names) + "; add it to --measures");
}

void check_column(const Gate& gate, const std::vector<std::string>& columns) {
  if (std::find(columns.begin(), columns.end(), gate.column) != columns.end()) return;
  usage_error(quoted(gate.text) + ": there are no slices by '" + gate.column + "'" +
                  did_you_mean(gate.column, columns),
              "add --by " + gate.column);
}

}  // namespace

Gate parse_gate(std::string_view text) {
  const std::size_t at = text.find_first_of("<>=");
  if (at == std::string_view::npos || trimmed(text.substr(0, at)).empty() || text[at] == '=')
    usage_error(quoted(text) + ": expected NAME>=NUMBER (or >, <=, <)", kExample);
  const bool with_equal = at + 1 < text.size() && text[at + 1] == '=';
  Gate gate;
  gate.text = text;
  gate.comparator = text[at] == '>' ? (with_equal ? Comparator::at_least : Comparator::above)
                                    : (with_equal ? Comparator::at_most : Comparator::below);
  read_subject(trimmed(text.substr(0, at)), gate);
  if (gate.name.empty()) usage_error(quoted(text) + ": no measure is named", kExample);
  const std::string_view bound = text.substr(at + (with_equal ? 2 : 1));
  if (parse_number(bound, gate.bound) != NumberStatus::ok)
    usage_error(quoted(text) + ": '" + std::string(bound) + "' is not a number", kExample);
  const bool from_above = gate.comparator == Comparator::at_most || gate.comparator == Comparator::below;
  if (gate.subject == GateSubject::drop && !from_above)
    usage_error(quoted(text) + ": a drop is bounded from above: the more it is, the worse",
                "write '" + gate.name + " drop<=" + number_text(gate.bound) + "'");
  return gate;
}

void check_gate(const Gate& gate, const GateScope& scope) {
  check_name(gate, scope.numbers);
  if (gate.subject == GateSubject::least || gate.subject == GateSubject::greatest)
    check_column(gate, scope.columns);
  const bool is_drop = gate.subject == GateSubject::drop;
  if (is_drop && !scope.baseline)
    usage_error(quoted(gate.text) + ": a drop needs --baseline FILE",
                "write one with --write-baseline FILE when the results are good");
  const bool needs_intervals =
      is_drop || gate.subject == GateSubject::low || gate.subject == GateSubject::high;
  if (needs_intervals && !scope.intervals)
    usage_error(quoted(gate.text) + " cannot be decided with --intervals none", "leave --intervals none out");
}

bool holds(const Gate& gate, double value) {
  if (!std::isfinite(value))
    data_error("the gate '" + gate.text + "' cannot be decided: the value is not a finite number", {},
               "give more data, or leave this gate out");
  switch (gate.comparator) {
    case Comparator::at_least:
      return value >= gate.bound;
    case Comparator::above:
      return value > gate.bound;
    case Comparator::at_most:
      return value <= gate.bound;
    case Comparator::below:
      return value < gate.bound;
  }
  return false;
}

Inconclusive parse_inconclusive(std::string_view name) {
  return value_named<Inconclusive>(kInconclusive, "--inconclusive", "policy", name);
}
std::span<const std::string_view> inconclusive_names() { return kInconclusive; }

std::string_view gate_outcome_name(GateOutcome outcome) {
  return kOutcomes[static_cast<std::size_t>(outcome)];
}

GateVerdict decide_drop(const Gate& gate, double drop, double low, double high, Inconclusive policy) {
  const bool point_holds = holds(gate, drop);
  if (std::isnan(low) || std::isnan(high))
    data_error("the gate '" + gate.text + "' cannot be decided: the bounds of the drop are not numbers", {},
               "give more data, or bound the value itself: --gate '" + gate.name + ">=X'");
  GateVerdict verdict;
  verdict.gate = gate;
  verdict.value = drop;
  // The bounds may be infinite, which decides nothing; compared by the gate's own comparator otherwise.
  const bool high_holds = std::isfinite(high) && holds(gate, high);
  const bool low_fails = std::isfinite(low) && !holds(gate, low);
  verdict.outcome = high_holds  ? GateOutcome::pass
                    : low_fails ? GateOutcome::fail
                                : GateOutcome::inconclusive;
  verdict.passed = verdict.outcome == GateOutcome::pass;
  if (verdict.outcome == GateOutcome::inconclusive)
    verdict.passed = policy == Inconclusive::pass || (policy == Inconclusive::point && point_holds);
  verdict.drop = GateVerdict::Drop{low, high, 1, 1};
  return verdict;
}

}  // namespace nearfar
