#include "cli/verdict_options.h"

#include <algorithm>

#include "cli/data_options.h"
#include "cli/write_option.h"
#include "nearfar/core/error.h"
#include "nearfar/core/family.h"
#include "nearfar/io/baseline_file.h"
#include "nearfar/io/sink.h"
#include "nearfar/report/report.h"

namespace nearfar::cli {
namespace {

constexpr std::int64_t kResamples = 2000;
constexpr std::int64_t kResamplesWithBaseline = 10000;

// A file and all that will stand in it.
struct Written {
  std::string file;
  std::string text;
};

void check_intervals(const std::string& intervals) {
  if (intervals != "bca" && intervals != "none")
    usage_error("--intervals: expected bca or none, found '" + intervals + "'",
                "leave --intervals out for bca");
}

void write_all(const std::vector<Written>& files) {
  for (const Written& file : files) {
    Sink out(file.file);
    out.write(file.text);
    out.close();
  }
}

}  // namespace

void VerdictOptions::add_to(Command& command) {
  Option draws =
      integer_option("--resamples", "N", "resamples of the bootstrap; default 2000, with --baseline 10000",
                     resamples, 100, 10000000);
  draws.default_text.clear();
  command.add(
      "Verdict",
      {list_option("--gate", "'NAME>=X'",
                   "exit 1 unless it holds; also >, <=, <. NAME is a measure or a count, 'MEASURE.low', "
                   "'MEASURE.high', 'min(MEASURE by COL)', 'max(MEASURE by COL)', or against a baseline "
                   "'MEASURE drop<=X'",
                   gates),
       file_option("--baseline", "compare with what --write-baseline wrote, paired by row", baseline),
       output_option("--write-baseline", "store this run for later comparisons", write_baseline),
       choice_option("--inconclusive", "NAME", "what a drop gate is whose bounds lie on both sides",
                     names_of_texts(inconclusive_names()), inconclusive),
       with_choices(
           text_option("--intervals", "NAME", "bca (Wilson for plain proportions) or none", intervals),
           {"bca", "none"}),
       std::move(draws),
       number_option("--confidence", "X", "of intervals, and one-sided of the bounds of a drop", confidence,
                     0)});
  command.add("Output",
              {choice_option("--format", "NAME", "form of the report", choices_of(report_formats()), format),
               write_option("a further form of the report, in a file", choices_of(report_formats()), writes),
               output_option("--per-query", "CSV with a row for each query (pair, triplet)", per_query),
               output_option("-o,--output", "where to write", output)});
}

void VerdictOptions::prepare(std::span<const std::string> numbers, std::span<const std::string> columns) {
  check_intervals(intervals);
  if (!(confidence > 0 && confidence < 1))
    usage_error("--confidence: expected a number between 0 and 1", "for example --confidence 0.95");
  (void)parse_inconclusive(inconclusive);
  (void)report_format(format);
  for (const std::string& write : writes) (void)report_format(parse_written_form(write).format, "--write");
  const GateScope scope{{numbers.begin(), numbers.end()},
                        {columns.begin(), columns.end()},
                        intervals != "none",
                        !baseline.empty()};
  for (const std::string& gate : gates) check_gate(parse_gate(gate), scope);
  if (!baseline.empty()) before_ = read_baseline(baseline);
}

bool VerdictOptions::wants_page() const {
  return format == "html" || std::any_of(writes.begin(), writes.end(),
                                         [](const std::string& write) { return write.starts_with("html:"); });
}

JudgeOptions VerdictOptions::judge_options(const Command& command) const {
  JudgeOptions options;
  options.statistics.intervals = intervals != "none";
  options.statistics.resamples = resamples > 0      ? resamples
                                 : baseline.empty() ? kResamples
                                                    : kResamplesWithBaseline;
  options.statistics.confidence = confidence;
  options.statistics.seed = static_cast<std::uint64_t>(command.common.seed);
  for (const std::string& gate : gates) options.gates.push_back(parse_gate(gate));
  options.inconclusive = parse_inconclusive(inconclusive);
  options.baseline = before_ ? &*before_ : nullptr;
  options.baseline_name = baseline;
  return options;
}

int VerdictOptions::finish(const Command& command, const Outcome& outcome, Console& console) const {
  const Verdict verdict = judge(outcome, judge_options(command));
  const Report report{command.name, outcome, verdict};

  std::vector<Written> files{{output, report_format(format).render(report)}};
  bool annotates = format == "github";
  for (const std::string& write : writes) {
    const WrittenForm written = parse_written_form(write);
    const ReportFormat& form = report_format(written.format);
    annotates = annotates || form.name == "github";
    files.push_back({written.file, form.render(report)});
  }
  if (!per_query.empty()) files.push_back({per_query, per_unit_csv(outcome)});
  if (!write_baseline.empty()) files.push_back({write_baseline, baseline_text(baseline_of(outcome))});
  write_all(files);

  for (const GateVerdict& gate : verdict.gates) {
    const std::string finding = gate.gate.text + " (" + gate_finding(gate, verdict) + ")";
    if (!gate.passed) {
      console.note("gate failed: " + finding);
    } else if (gate.outcome == GateOutcome::inconclusive) {
      console.note("gate inconclusive: " + finding);
    }
  }
  if (annotates) {
    for (const std::string& line : github_annotations(report)) console.plain(line);
  }
  return verdict.exit_status();
}

}  // namespace nearfar::cli
