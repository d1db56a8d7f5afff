#include "cli/retrieval_input.h"

#include <fmt/core.h>

#include "nearfar/core/error.h"
#include "nearfar/core/family.h"
#include "nearfar/core/text.h"
#include "nearfar/evaluation/fingerprint.h"
#include "nearfar/evaluation/retrieval.h"
#include "nearfar/evaluation/retrieval_outcome.h"

namespace nearfar::cli {
namespace {

void expect(std::int64_t expected, std::int64_t found, const char* what) {
  if (expected >= 0 && expected != found) {
    data_error(fmt::format("expected {} {}, found {}", grouped(expected), what, grouped(found)), {},
               "the input is not the one this check was made for");
  }
}

Outcome::Slicing slicing_of(const TextColumn& column) {
  const Labels coded = encode_labels(column.values);
  return {column.name, coded.names, coded.codes};
}

// Ids, labels and exclusion columns of the rows of one file.
void add_rows(Fingerprint& fingerprint, std::string_view side, const Dataset& data, std::size_t exclusions) {
  for (std::int64_t i = 0; i < data.rows(); ++i) {
    const auto row = static_cast<std::size_t>(i);
    const std::int32_t code = data.labels.codes[row];
    const bool known = code != Labels::kUnknown;
    const std::string& label = known ? data.labels.names[static_cast<std::size_t>(code)] : "";
    std::string groups;
    for (std::size_t c = 0; c < exclusions; ++c) {
      const std::string& value = data.columns[c].values[row];
      groups += std::to_string(value.size()) + ":" + value;
    }
    const std::string name = data.ids.empty() ? std::to_string(i + 1) : data.ids[row];
    fingerprint.add({side, name, known ? "known" : "unknown", label, groups});
  }
}

}  // namespace

void RetrievalInput::add_to(Command& command) {
  data.add_to(command);
  space.add_to(command);
  gallery.add_to(command, "Retrieval");
  Option queries = integer_option("--expect-queries", "N", "refuse the run (3) unless N queries are counted",
                                  expect_queries, 0);
  Option items = integer_option("--expect-gallery", "N", "refuse the run (3) unless the gallery has N items",
                                expect_gallery, 0);
  queries.default_text.clear();
  items.default_text.clear();
  command.add(
      "Retrieval",
      {
          choice_option("--measures", "LIST", "comma-separated, of", names_of(measure_table()), measures),
          choice_option("--ties", "NAME", "order of relevant and other items at one distance",
                        names_of_texts(tie_policy_names()), ties),
          text_option("--no-relevant", "NAME", "a query without relevant items: skip, zero or error",
                      no_relevant),
          list_option("--by", "COL", "also for the queries of each value of this column", by),
          text_option("--cluster", "COL", "queries of one value of this column are resampled together",
                      cluster),
          std::move(queries),
          std::move(items),
      });
}

std::vector<std::string> RetrievalInput::check() const {
  std::vector<std::string> names{"queries", "gallery", "skipped", "tied"};
  for (const Measure& measure : parse_measures(measures)) names.push_back(measure.name);
  (void)parse_tie_policy(ties);
  (void)parse_no_relevant(no_relevant);
  (void)gallery.check();
  return names;
}

Outcome RetrievalInput::evaluate(Console& console) const {
  RetrievalOptions retrieval;
  retrieval.measures = parse_measures(measures);
  retrieval.ties = parse_tie_policy(ties);
  retrieval.no_relevant = parse_no_relevant(no_relevant);
  const Space opened = open_space(space);
  std::vector<NamedColumn> further;
  for (const std::string& column : by) further.push_back({"--by", column});
  if (!cluster.empty()) further.push_back({"--cluster", cluster});
  const QueryAndGallery rows = read_query_and_gallery(data, gallery, opened, console, true, further);
  if (rows.gallery().labels.empty())
    usage_error("the gallery " + gallery.file + " needs labels",
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
  retrieval.distance = opened.distance;
  retrieval.progress = [&](std::int64_t done, std::int64_t of) {
    console.progress(fmt::format("{} of {} queries", grouped(done), grouped(of)));
  };
  RetrievalResult result = evaluate_retrieval(task, retrieval);
  console.finish_progress();
  expect(expect_queries, result.queries, "queries");
  expect(expect_gallery, result.gallery, "gallery items");

  Outcome outcome = outcome_of(std::move(result), retrieval);
  outcome.policies.insert(outcome.policies.begin(), {"distance", opened.name});
  outcome.policies.emplace_back("exclude", gallery.check());
  if (!gallery.exclude_same.empty()) outcome.policies.emplace_back("exclude-same", gallery.exclude_same);
  outcome.signature = "eval-retrieval";
  for (const auto& [name, value] : outcome.policies) {
    if (name != "distance") outcome.signature += "; " + name + " " + value;
  }
  const std::vector<TextColumn>& columns = rows.queries.columns;
  const std::size_t exclusions = columns.size() - further.size();
  for (std::size_t c = 0; c < by.size(); ++c) outcome.slicings.push_back(slicing_of(columns[exclusions + c]));
  if (!cluster.empty()) outcome.clusters = encode_labels(columns.back().values).codes;
  Fingerprint fingerprint;
  add_rows(fingerprint, "query", rows.queries, exclusions);
  if (rows.own_gallery) add_rows(fingerprint, "gallery", *rows.own_gallery, exclusions);
  outcome.fingerprint = fingerprint.text();
  outcome.unit_ids = rows.queries.ids;
  return outcome;
}

}  // namespace nearfar::cli
