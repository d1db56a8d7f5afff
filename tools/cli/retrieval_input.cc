#include "cli/retrieval_input.h"

#include <fmt/core.h>

#include "cli/retrieval_rows.h"
#include "nearfar/core/error.h"
#include "nearfar/core/family.h"
#include "nearfar/core/text.h"
#include "nearfar/evaluation/fingerprint.h"
#include "nearfar/evaluation/run_evaluation.h"
#include "nearfar/io/trec.h"

namespace nearfar::cli {
namespace {

void expect(std::optional<std::int64_t> expected, std::int64_t found, const char* what, const char* option) {
  if (expected && *expected != found) {
    data_error(fmt::format("expected {} {}, found {}", grouped(*expected), what, grouped(found)), {},
               fmt::format("is the input whole? if it is as it should be: {} {}", option, found));
  }
}

// The judgements, as facts for a fingerprint.
std::string fingerprint_of(const Qrels& qrels, const NameTable& items) {
  Fingerprint fingerprint;
  add_judgements(fingerprint, qrels, items);
  return fingerprint.text();
}

}  // namespace

void RetrievalInput::add_to(Command& command) {
  data.add_to(command);
  space.add_to(command);
  gallery.add_to(command, "Retrieval");
  command.in_place_of_input = {"run"};
  command.add(
      "Retrieval",
      {
          file_option("--qrels",
                      "what is relevant, in place of classes: TREC judgements (query 0 item grade), with "
                      "--gallery or --run",
                      qrels),
          file_option(
              "--run",
              "judge this TREC run (query Q0 item rank score tag) in place of vectors; FILE is not read",
              run),
          integer_option("--min-grade", "N", "the grade from which on an item is relevant; below 0: unjudged",
                         min_grade, 0, 1'000'000),
          choice_option("--gain", "NAME", "what ndcg makes of a grade (exp2: 2^grade - 1)",
                        names_of_texts(gain_names()), gain),
          output_option("--save-run",
                        "also write the nearest --depth (1000) items of every query as a TREC run", save_run),
      });
  command.add(
      "Measures",
      {
          measures_option("comma-separated; default " + std::string(kDefaultMeasures) + ", with --qrels " +
                              std::string(kDefaultJudgedMeasures) + "; of",
                          choices_of(measure_table()), measure_symbols(), measures),
          choice_option("--ties", "NAME",
                        "order of items at one distance or score (default expected: the exact mean over all "
                        "orders; with --run trec: by id, descending)",
                        names_of_texts(tie_policy_names()), ties),
          choice_option("--no-relevant", "NAME",
                        "a query without relevant items (default skip, with --qrels zero)",
                        names_of_texts(no_relevant_names()), no_relevant),
          choice_option("--missing-queries", "NAME", "a judged query that nothing was retrieved for",
                        names_of_texts(missing_queries_names()), missing_queries),
          optional_integer_option("--depth", "M", "items behind rank M count as not retrieved", depth, 1, ""),
          choice_option("--average", "NAME", "every query (micro) or every class (macro) has the same weight",
                        names_of_texts(average_names()), average),
          list_option("--by", "COL", "also for the queries of each value of this column", by),
          text_option("--cluster", "COL", "queries of one value of this column are resampled together",
                      cluster),
          optional_integer_option("--expect-queries", "N", "refuse the run (3) unless N queries are counted",
                                  expect_queries, 0, ""),
          optional_integer_option("--expect-gallery", "N",
                                  "refuse the run (3) unless the gallery has N items", expect_gallery, 0, ""),
      });
}

std::vector<std::string> RetrievalInput::check(const Command& command) const {
  if (!run.empty()) {
    if (qrels.empty())
      usage_error("--run needs judgements: --qrels FILE", "its lines are: QUERY 0 ITEM GRADE");
    command.refuse_given({"label",
                          "label-separator",
                          "ignore-label",
                          "id",
                          "features",
                          "where",
                          "labels-from",
                          "input-format",
                          "delimiter",
                          "no-header",
                          "model",
                          "unsealed",
                          "distance",
                          "matrix",
                          "gallery",
                          "gallery-labels-from",
                          "gallery-where",
                          "exclude",
                          "exclude-same",
                          "save-run",
                          "by",
                          "cluster"},
                         "--run, which has no rows");
  } else if (qrels.empty()) {
    command.refuse_given({"min-grade", "gain", "missing-queries"}, "class labels: it goes with --qrels");
  } else if (gallery.file.empty()) {
    usage_error("--qrels needs --gallery FILE or --run FILE",
                "to search FILE itself: --gallery FILE --exclude self");
  }
  if (!qrels.empty() && parse_average(average) == Average::macro)
    usage_error("--average macro needs class labels, and --qrels has none",
                "leave --average out, or judge by classes: --label COL without --qrels");
  std::vector<std::string> names{"queries", "gallery", "skipped", "tied"};
  if (!qrels.empty()) names.emplace_back("missing");
  for (const Measure& measure : options().measures) {
    if (measure.info->needs == Needs::judgements && qrels.empty())
      usage_error("the measure " + measure.name + " needs judgements: --qrels FILE",
                  "add it with --gallery or --run, or leave " + measure.name + " out of --measures");
    if (measure.info->needs == Needs::classes && !qrels.empty())
      usage_error("the measure " + measure.name + " needs class labels, and --qrels has none",
                  "leave " + measure.name + " out of --measures, or judge by --label COL without --qrels");
    names.push_back(measure.name);
  }
  (void)gallery.check();
  return names;
}

RetrievalOptions RetrievalInput::options() const {
  const bool judged = !qrels.empty();
  RetrievalOptions options;
  options.measures = parse_measures(!measures.empty() ? measures
                                    : judged          ? kDefaultJudgedMeasures
                                                      : kDefaultMeasures);
  options.ties = !ties.empty() ? parse_tie_policy(ties) : run.empty() ? TiePolicy::expected : TiePolicy::trec;
  options.no_relevant = !no_relevant.empty() ? parse_no_relevant(no_relevant)
                        : judged             ? NoRelevantPolicy::zero
                                             : NoRelevantPolicy::skip;
  options.missing_queries = parse_missing_queries(missing_queries);
  options.grading = {static_cast<std::int32_t>(min_grade), parse_gain(gain)};
  options.depth = depth.value_or(kAllRanks);
  return options;
}

Outcome RetrievalInput::evaluate(Console& console, std::uint64_t seed) const {
  Outcome outcome = run.empty() ? evaluate_rows(console, seed) : evaluate_run_file(console);
  outcome.signature = std::string("eval-retrieval; relevance ") + (qrels.empty() ? "classes" : "judgements");
  for (const Policy& policy : outcome.policies) {
    if (policy.name != "distance") outcome.signature += "; " + policy.name + " " + policy.value;
  }
  return outcome;
}

Outcome RetrievalInput::finish(RetrievalResult result, const RetrievalOptions& options) const {
  expect(expect_queries, result.queries, "queries", "--expect-queries");
  expect(expect_gallery, result.gallery, "gallery items", "--expect-gallery");
  const std::int64_t missing = result.missing;
  Outcome outcome = outcome_of(std::move(result), options);
  if (!qrels.empty()) {
    outcome.counts.emplace_back("missing", missing);
    outcome.policies.push_back({"missing-queries", missing_queries});
    outcome.policies.push_back({"min-grade", std::to_string(min_grade)});
    outcome.policies.push_back({"gain", gain});
  }
  if (depth) outcome.policies.push_back({"depth", std::to_string(*depth)});
  return outcome;
}

Outcome RetrievalInput::evaluate_run_file(Console& console) const {
  std::vector<std::string> notes;
  NameTable items;
  const Qrels judged = read_qrels(qrels, items, notes);
  const Run retrieved = read_run(run, items, notes);
  console.notes(notes);
  const RetrievalOptions retrieval = options();
  check_gains(judged, retrieval.grading, qrels);
  Outcome outcome = finish(nearfar::evaluate_run(judged, retrieved, items, retrieval), retrieval);
  std::int64_t unjudged = 0;
  for (std::int32_t q = 0; q < retrieved.queries.size(); ++q)
    unjudged += judged.queries.find(retrieved.queries.name(q)) ? 0 : 1;
  if (unjudged > 0)
    console.note(fmt::format("{} of the run {} not judged and not counted", counted(unjudged, "query"),
                             unjudged == 1 ? "is" : "are"));
  for (std::int32_t q = 0; q < judged.queries.size(); ++q)
    outcome.unit_ids.emplace_back(judged.queries.name(q));
  outcome.fingerprint = fingerprint_of(judged, items);
  return outcome;
}

}  // namespace nearfar::cli
