// eval-retrieval: how well nearest neighbours share the query's class, with a verdict in the exit status.
#include <fmt/core.h>

#include <unordered_map>

#include "cli/data_options.h"
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
  std::string gallery;
  std::string gallery_labels_from;
  std::vector<std::string> gallery_where;
  std::string measures{kDefaultMeasures};
  std::string ties = "expected";
  std::string no_relevant = "skip";
  std::string exclude;
  std::vector<std::string> gates;
  std::int64_t expect_queries = -1;
  std::int64_t expect_gallery = -1;
  std::string format = "text";
  std::string output = "-";
};

// Which gallery row is the query itself: the same row without a gallery, the same id with one.
std::vector<std::int64_t> self_rows(const Dataset& queries, const Dataset* gallery,
                                    const std::string& exclude) {
  std::vector<std::int64_t> self;
  if (exclude == "none") return self;
  if (gallery == nullptr) {
    for (std::int64_t i = 0; i < queries.rows(); ++i) self.push_back(i);
    return self;
  }
  if (queries.ids.empty() || gallery->ids.empty())
    usage_error("--exclude self with --gallery needs ids in both files", "name them with --id");
  std::unordered_map<std::string_view, std::int64_t> rows;
  for (std::size_t i = 0; i < gallery->ids.size(); ++i)
    rows.emplace(gallery->ids[i], static_cast<std::int64_t>(i));
  for (const std::string& id : queries.ids) {
    const auto found = rows.find(id);
    self.push_back(found == rows.end() ? -1 : found->second);
  }
  return self;
}

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
  const std::string exclude = !options.exclude.empty()  ? options.exclude
                              : options.gallery.empty() ? "self"
                                                        : "none";
  if (exclude != "self" && exclude != "none")
    usage_error("--exclude: expected self or none, found '" + exclude + "'");
  if (options.gallery.empty() && !options.gallery_where.empty())
    usage_error("--gallery-where goes with --gallery");
  if (options.gallery.empty() && !options.gallery_labels_from.empty())
    usage_error("--gallery-labels-from goes with --gallery");

  const cli::Space space = cli::open_space(options.space);
  TableOptions table = options.data.table();
  table.expected = space.expected();
  const Dataset queries = cli::read_labelled(options.data, table, console, true);
  cli::check_space(space, queries, options.data.file);
  const Matrix query_rows = space.embed(queries.features);
  RetrievalTask task;
  task.queries = query_rows;
  task.query_codes = queries.labels.codes;
  task.gallery = query_rows;
  task.gallery_codes = queries.labels.codes;
  task.labels = &queries.labels;

  std::optional<Dataset> gallery;
  Matrix gallery_rows;
  Labels joined;
  if (!options.gallery.empty()) {
    table.file = options.gallery;
    table.format = "auto";
    table.labels_from = options.gallery_labels_from;
    table.where.clear();
    table.where_option = "--gallery-where";
    for (const std::string& condition : options.gallery_where)
      table.where.push_back(parse_condition(condition, "--gallery-where"));
    if (!space.model)
      table.expected = ExpectedFeatures{
          queries.has_names ? queries.feature_names : std::vector<std::string>{}, queries.features.cols()};
    gallery = cli::read_labelled(options.data, table, console, false);
    if (gallery->labels.empty())
      usage_error("the gallery " + options.gallery + " needs labels",
                  "name what stands beside it: --gallery-labels-from FILE");
    cli::check_space(space, *gallery, options.gallery);
    gallery_rows = space.embed(gallery->features);
    joined = join_labels(queries.labels, gallery->labels);
    task.gallery = gallery_rows;
    task.query_codes = std::span(joined.codes).first(queries.labels.codes.size());
    task.gallery_codes = std::span(joined.codes).subspan(queries.labels.codes.size());
    task.labels = &joined;
  }
  const std::vector<std::int64_t> self = self_rows(queries, gallery ? &*gallery : nullptr, exclude);
  task.self = self;
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
  command.add(
      "Retrieval",
      {
          cli::file_option("--gallery", "search this file in place of the other rows of FILE",
                           options.gallery),
          cli::file_option("--gallery-labels-from", "what stands beside a gallery that is a matrix",
                           options.gallery_labels_from),
          cli::list_option("--gallery-where", "COL=VALUE", "keep gallery rows by a column's text",
                           options.gallery_where),
          cli::choice_option("--measures", "LIST", "comma-separated, of", names_of(measure_table()),
                             options.measures),
          cli::choice_option("--ties", "NAME", "order of relevant and other items at one distance",
                             cli::names_of_texts(tie_policy_names()), options.ties),
          cli::text_option("--no-relevant", "NAME", "a query without relevant items: skip, zero or error",
                           options.no_relevant),
          cli::text_option("--exclude", "NAME",
                           "self (the query's own row; with --gallery the same id) or none; default self, "
                           "with --gallery none",
                           options.exclude),
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
