// eval-retrieval: how well nearest neighbours share the query's class, with a verdict in the exit status.
#include <fmt/core.h>

#include <unordered_map>

#include "cli/data_options.h"
#include "cli/gallery_options.h"
#include "nearfar/core/error.h"
#include "nearfar/core/family.h"
#include "nearfar/core/text.h"
#include "nearfar/evaluation/gate.h"
#include "nearfar/evaluation/retrieval.h"
#include "nearfar/io/sink.h"
#include "nearfar/report/report.h"

namespace {

using namespace nearfar;

struct Options {
  cli::DataOptions data;
  cli::SpaceOptions space;
  cli::GalleryOptions gallery;
  std::string measures{kDefaultMeasures};
  std::string ties = "expected";
  std::string no_relevant = "skip";
  std::vector<std::string> gates;
  std::int64_t expect_queries = -1;
  std::int64_t expect_gallery = -1;
  std::string format = "text";
  std::string output = "-";
};

void expect(std::int64_t expected, std::int64_t found, const char* what) {
  if (expected >= 0 && expected != found) {
    data_error(fmt::format("expected {} {}, found {}", grouped(expected), what, grouped(found)), {},
               "the input is not the one this check was made for");
  }
}

Report report_of(const RetrievalOptions& retrieval, const RetrievalResult& result, const Options& options,
                 const cli::Space& space, const std::string& exclude) {
  Report report;
  for (std::size_t m = 0; m < retrieval.measures.size(); ++m) {
    report.measures.push_back(
        {retrieval.measures[m].name, std::string(retrieval.measures[m].info->definition), result.values[m]});
  }
  report.counts = {{"queries", result.queries},
                   {"gallery", result.gallery},
                   {"skipped", result.skipped},
                   {"tied", result.tied}};
  report.policies = {{"distance", space.name},
                     {"ties", options.ties},
                     {"no-relevant", options.no_relevant},
                     {"exclude", exclude}};
  if (!options.gallery.exclude_same.empty())
    report.policies.emplace_back("exclude-same", options.gallery.exclude_same);
  std::vector<std::pair<std::string, double>> numbers;
  for (const ReportMeasure& measure : report.measures) numbers.emplace_back(measure.name, measure.value);
  for (const auto& [name, value] : report.counts) numbers.emplace_back(name, static_cast<double>(value));
  for (const std::string& gate : options.gates) report.gates.push_back(decide(parse_gate(gate), numbers));
  return report;
}

int run(const cli::Command& command, const Options& options) {
  cli::Console console(command);
  RetrievalOptions retrieval;
  retrieval.measures = parse_measures(options.measures);
  retrieval.ties = parse_tie_policy(options.ties);
  retrieval.no_relevant = parse_no_relevant(options.no_relevant);
  std::vector<std::pair<std::string, double>> names{
      {"queries", 0}, {"gallery", 0}, {"skipped", 0}, {"tied", 0}};
  for (const Measure& measure : retrieval.measures) names.emplace_back(measure.name, 0);
  for (const std::string& gate : options.gates)
    (void)decide(parse_gate(gate), names);  // a wrong name is known now
  const ReportFormat& format = report_format(options.format);
  const std::string exclude = options.gallery.check();

  const cli::Space space = cli::open_space(options.space);
  const cli::QueryAndGallery rows =
      cli::read_query_and_gallery(options.data, options.gallery, space, console, true);
  if (rows.gallery().labels.empty())
    usage_error("the gallery " + options.gallery.file + " needs labels",
                "name what stands beside it: --gallery-labels-from FILE");
  RetrievalTask task;
  task.queries = rows.query_rows;
  task.gallery = rows.gallery_view();
  task.query_codes = rows.queries.labels.codes;
  task.gallery_codes = rows.queries.labels.codes;
  task.labels = &rows.queries.labels;
  Labels joined;
  if (rows.own_gallery) {
    joined = join_labels(rows.queries.labels, rows.own_gallery->labels);
    task.query_codes = std::span(joined.codes).first(rows.queries.labels.codes.size());
    task.gallery_codes = std::span(joined.codes).subspan(rows.queries.labels.codes.size());
    task.labels = &joined;
  }
  task.self = rows.self;
  task.query_groups = rows.query_groups;
  task.gallery_groups = rows.gallery_groups;
  retrieval.distance = space.distance;
  retrieval.progress = [&](std::int64_t done, std::int64_t of) {
    console.progress(fmt::format("{} of {} queries", grouped(done), grouped(of)));
  };
  const RetrievalResult result = evaluate_retrieval(task, retrieval);
  console.finish_progress();
  expect(options.expect_queries, result.queries, "queries");
  expect(options.expect_gallery, result.gallery, "gallery items");

  const Report report = report_of(retrieval, result, options, space, exclude);
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
  options.data.add_to(command);
  options.space.add_to(command);
  cli::Option queries = cli::integer_option(
      "--expect-queries", "N", "refuse the run (3) unless N queries are counted", options.expect_queries, 0);
  cli::Option gallery =
      cli::integer_option("--expect-gallery", "N", "refuse the run (3) unless the gallery has N items",
                          options.expect_gallery, 0);
  queries.default_text.clear();
  gallery.default_text.clear();
  options.gallery.add_to(command, "Retrieval");
  command.add(
      "Retrieval",
      {
          cli::choice_option("--measures", "LIST", "comma-separated, of", names_of(measure_table()),
                             options.measures),
          cli::choice_option("--ties", "NAME", "order of relevant and other items at one distance",
                             cli::names_of_texts(tie_policy_names()), options.ties),
          cli::text_option("--no-relevant", "NAME", "a query without relevant items: skip, zero or error",
                           options.no_relevant),
      });
  command.add(
      "Verdict",
      {
          cli::list_option(
              "--gate", "'NAME>=X'",
              "exit 1 unless it holds; also >, <=, <; NAME is a measure or queries, gallery, skipped, tied",
              options.gates),
          std::move(queries),
          std::move(gallery),
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
