// eval-retrieval: how well nearest neighbours share the query's class, with a verdict in the exit status.
#include <fmt/core.h>

#include "cli/retrieval_input.h"
#include "nearfar/core/family.h"
#include "nearfar/evaluation/gate.h"
#include "nearfar/io/sink.h"
#include "nearfar/report/report.h"

namespace {

using namespace nearfar;

struct Options {
  cli::RetrievalInput input;
  std::vector<std::string> gates;
  std::string format = "text";
  std::string output = "-";
};

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

int run(const cli::Command& command, const Options& options) {
  cli::Console console(command);
  std::vector<std::pair<std::string, double>> names;
  for (const std::string& name : options.input.check()) names.emplace_back(name, 0);
  for (const std::string& gate : options.gates)
    (void)decide(parse_gate(gate), names);  // a wrong name is known now
  const ReportFormat& format = report_format(options.format);
  const Report report = report_of(options.input.evaluate(console), options.gates);
  Sink out(options.output);
  out.write(format.render(report));
  out.close();
  for (const GateVerdict& verdict : report.gates) {
    if (!verdict.passed)
      console.note(fmt::format("gate failed: {} (is {})", verdict.gate.text, value_text(verdict.value)));
  }
  return report.passed() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  cli::Command command;
  command.name = "eval-retrieval";
  command.summary = "measure retrieval by class label, and decide gates";
  command.usage = "[FILE] --label COL [--gallery FILE] [--gate 'MEASURE>=X'] [OPTION ...]";
  command.description =
      "Every row is a query; its relevant items are the rows of the same class (with --label-separator: that "
      "share a label). Without --gallery each row "
      "is compared with all others of FILE. "
      "Every measure is printed with its definition; tied distances count with their expected value. A gate "
      "that fails makes the exit status 1.";
  options.input.add_to(command);
  command.add(
      "Verdict",
      {
          cli::list_option(
              "--gate", "'NAME>=X'",
              "exit 1 unless it holds; also >, <=, <; NAME is a measure or queries, gallery, skipped, tied",
              options.gates),
      });
  command.add("Output", {
                            cli::choice_option("--format", "NAME", "form of the report",
                                               names_of(report_formats()), options.format),
                            cli::output_option("-o,--output", "where to write", options.output),
                        });
  command.examples = {
      {"leave one out", "eval-retrieval sample_data/iris.csv --label species"},
      {"a gate for a CI job",
       "eval-retrieval sample_data/digits.csv --label digit --measures precision@1,map@r --gate "
       "'precision@1>=0.95' --format json"},
  };
  command.run = [&] { return run(command, options); };
  return cli::run_command(command, argc, argv);
}
