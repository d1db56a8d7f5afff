#include "nearfar/report/forms.h"
#include "nearfar/report/markup.h"
#include "nearfar/report/numbers.h"

namespace nearfar {
namespace {

std::string attribute(const std::string& name, const std::string& value) {
  return " " + name + "=\"" + escaped_markup(value) + "\"";
}

void append_property(std::string& out, const std::string& name, const std::string& value) {
  out += "      <property" + attribute("name", name) + attribute("value", value) + "/>\n";
}

void append_case(std::string& out, const Report& report, const GateVerdict& gate) {
  out += "    <testcase" + attribute("classname", "nearfar." + report.command) +
         attribute("name", gate.gate.text) + ">\n";
  const std::string finding = gate_finding(gate, report.verdict);
  const bool undecided =
      gate.outcome == GateOutcome::inconclusive && report.verdict.inconclusive == Inconclusive::error;
  if (!gate.passed) {
    out += std::string("      <") + (undecided ? "error" : "failure") +
           attribute("message", gate.gate.text + ": " + finding) +
           attribute("type", undecided ? "inconclusive" : "gate") + "/>\n";
  }
  out += "      <system-out>" + escaped_markup(finding) + "</system-out>\n    </testcase>\n";
}

}  // namespace

std::string render_junit(const Report& report) {
  const Verdict& verdict = report.verdict;
  int failures = 0;
  int errors = 0;
  for (const GateVerdict& gate : verdict.gates) {
    if (gate.passed) continue;
    const bool undecided =
        gate.outcome == GateOutcome::inconclusive && verdict.inconclusive == Inconclusive::error;
    ++(undecided ? errors : failures);
  }
  const std::string totals = attribute("tests", std::to_string(verdict.gates.size())) +
                             attribute("failures", std::to_string(failures)) +
                             attribute("errors", std::to_string(errors));
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" + totals + ">\n  <testsuite" +
                    attribute("name", report.command) + totals + ">\n    <properties>\n";
  for (std::size_t m = 0; m < report.outcome.measures.size(); ++m) {
    const MeasuredValue& measure = report.outcome.measures[m];
    append_property(out, measure.name, exact(measure.value));
    if (const auto& interval = verdict.estimates[m].interval) {
      append_property(out, measure.name + ".low", exact(interval->low));
      append_property(out, measure.name + ".high", exact(interval->high));
    }
  }
  for (const Comparison& comparison : verdict.comparisons)
    append_property(out, comparison.measure + " drop", exact(comparison.drop));
  for (const auto& [name, value] : report.outcome.counts) append_property(out, name, std::to_string(value));
  for (const Policy& policy : report.outcome.policies) append_property(out, policy.name, policy.value);
  append_property(out, "signature", report.outcome.signature);
  out += "    </properties>\n";
  for (const GateVerdict& gate : verdict.gates) append_case(out, report, gate);
  return out + "  </testsuite>\n</testsuites>\n";
}

}  // namespace nearfar
