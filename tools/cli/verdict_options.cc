#include "cli/verdict_options.h"

#include <fmt/core.h>

#include "nearfar/core/family.h"
#include "nearfar/evaluation/gate.h"
#include "nearfar/io/sink.h"
#include "nearfar/report/report.h"

namespace nearfar::cli {
namespace {

Report report_of(const Outcome& outcome, const std::vector<std::string>& gates) {
  Report report;
  std::vector<std::pair<std::string, double>> numbers;
  for (const MeasuredValue& measure : outcome.measures) {
    report.measures.push_back({measure.name, measure.definition, measure.value});
    numbers.emplace_back(measure.name, measure.value);
  }
  report.counts = outcome.counts;
  report.policies = outcome.policies;
  for (const auto& [name, value] : report.counts) numbers.emplace_back(name, static_cast<double>(value));
  for (const std::string& gate : gates) report.gates.push_back(decide(parse_gate(gate), numbers));
  return report;
}

}  // namespace

void VerdictOptions::add_to(Command& command) {
  command.add("Verdict",
              {list_option("--gate", "'NAME>=X'",
                           "exit 1 unless it holds; also >, <=, <; NAME is a measure or a count", gates)});
  command.add("Output",
              {choice_option("--format", "NAME", "form of the report", names_of(report_formats()), format),
               output_option("-o,--output", "where to write", output)});
}

void VerdictOptions::check(std::span<const std::string> numbers) const {
  std::vector<std::pair<std::string, double>> values;
  for (const std::string& name : numbers) values.emplace_back(name, 0);
  for (const std::string& gate : gates) (void)decide(parse_gate(gate), values);
  (void)report_format(format);
}

int VerdictOptions::finish(const Outcome& outcome, Console& console) const {
  const Report report = report_of(outcome, gates);
  Sink out(output);
  out.write(report_format(format).render(report));
  out.close();
  for (const GateVerdict& verdict : report.gates) {
    if (!verdict.passed)
      console.note(fmt::format("gate failed: {} (is {})", verdict.gate.text, value_text(verdict.value)));
  }
  return report.passed() ? 0 : 1;
}

}  // namespace nearfar::cli
