// eval-pairs: how well distances tell similar pairs from dissimilar ones, follow graded similarities, or keep
// the order of triplets, with a verdict in the exit status. In memory are 8 to 30 bytes a pair.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <unordered_map>

#include "cli/exchanged_files.h"
#include "cli/pair_input.h"
#include "cli/threshold_options.h"
#include "cli/verdict_options.h"
#include "nearfar/core/error.h"
#include "nearfar/core/family.h"
#include "nearfar/core/text.h"
#include "nearfar/evaluation/fingerprint.h"
#include "nearfar/evaluation/pair_evaluation.h"
#include "nearfar/evaluation/pair_portrait.h"
#include "nearfar/model/model_file.h"

namespace {

using namespace nearfar;

struct Options {
  cli::DataOptions data;
  cli::SpaceOptions space;
  cli::TupleOptions tuples;
  cli::ThresholdOptions threshold;
  std::string measures;
  std::vector<std::string> by;
  std::string cluster;
  std::int64_t expect_pairs = -1;
  cli::VerdictOptions verdict;
};

constexpr std::array<std::string_view, 6> kCounts{"pairs",    "similar",     "dissimilar",
                                                  "triplets", "quadruplets", "tied"};

// What a gate can name, as far as it is known before the tuples are read.
std::vector<std::string> numbers_of(const Options& options) {
  std::vector<std::string> names(kCounts.begin(), kCounts.end());
  if (!options.measures.empty()) {
    for (const PairMeasure& measure : parse_pair_measures(options.measures)) names.push_back(measure.name);
    return names;
  }
  for (const PairMeasureInfo& info : pair_measures()) names.emplace_back(info.name);
  names.emplace_back("tar@far:0.01");  // the one among the defaults
  return names;
}

TupleExtras extras_of(const Options& options) {
  TupleExtras extras;
  for (const std::string& column : options.by) extras.named.push_back({"--by", column});
  if (!options.cluster.empty()) extras.named.push_back({"--cluster", options.cluster});
  extras.ids = true;
  options.threshold.ask(extras);
  return extras;
}

void add_counts(const ScoredTuples& tuples, Outcome& outcome) {
  const std::int64_t all = tuples.size();
  outcome.counts.emplace_back(outcome.unit + "s", all);
  if (tuples.kind == TupleKind::pairs) {
    const auto similar = std::count(tuples.values.begin(), tuples.values.end(), 1.0F);
    outcome.counts.emplace_back("similar", similar);
    outcome.counts.emplace_back("dissimilar", all - similar);
  } else if (!tuples.far_distances.empty()) {
    std::int64_t tied = 0;
    for (std::size_t u = 0; u < tuples.distances.size(); ++u)
      tied += tuples.distances[u] == tuples.far_distances[u] ? 1 : 0;
    outcome.counts.emplace_back("tied", tied);
  }
}

// What was attained at a limited share of dissimilar pairs, and whether their number can tell such a share.
void add_attained(const PairMeasure& measure, const ScoredTuples& tuples, PairEvaluation& evaluation,
                  Outcome& outcome, cli::Console& console) {
  const TarAtFar attained = evaluation.verification().tar_at_far(measure.rate);
  const std::uint64_t dissimilar = evaluation.verification().total().dissimilar;
  const double step = 1 / static_cast<double>(dissimilar);
  const std::string threshold = cli::threshold_text(attained.point.threshold, tuples);
  constexpr int kDigits = 4;  // for people
  outcome.policies.push_back(
      {measure.name + " attained", number_text(attained.far),
       measure.name + " with far " + number_text(attained.far, kDigits) + " at " + threshold});
  outcome.policies.push_back({measure.name + " threshold", threshold, ""});
  outcome.policies.push_back({measure.name + " resolution", number_text(step),
                              "one dissimilar pair is a far of " + number_text(step, kDigits)});
  if (measure.rate > 0 && measure.rate < step) {
    console.note(fmt::format("{} cannot be told from tar@far:0 with {}: {} or more would be needed",
                             measure.name, counted(static_cast<std::int64_t>(dissimilar), "dissimilar pair"),
                             grouped(static_cast<std::int64_t>(std::ceil(1 / measure.rate)))));
  }
}

std::string fingerprint_of(const ScoredTuples& tuples) {
  Fingerprint fingerprint;
  for (std::size_t u = 0; u < tuples.distances.size(); ++u) {
    const std::string name = tuples.ids.empty() ? std::to_string(u + 1) : tuples.ids[u];
    const std::string value = tuples.values.empty() ? "" : number_text(tuples.values[u]);
    fingerprint.add({tuple_kind(tuples.kind).name, name, value});
  }
  return fingerprint.text();
}

// Tuples that are there several times get names of their own, so that each can be paired with its like.
std::vector<std::string> number_repeats(std::vector<std::string> ids) {
  std::vector<std::pair<std::size_t, std::int64_t>> repeats;
  {
    std::unordered_map<std::string_view, std::int64_t> times;
    times.reserve(ids.size());
    for (std::size_t u = 0; u < ids.size(); ++u) {
      if (const std::int64_t time = ++times[ids[u]]; time > 1) repeats.emplace_back(u, time);
    }
  }
  for (const auto& [u, time] : repeats) ids[u] += "\t#" + std::to_string(time);
  return ids;
}

// Resamples of so many pairs may take minutes; said before they do.
void note_long_work(TupleKind kind, const Outcome& outcome, const cli::VerdictOptions& verdict,
                    cli::Console& console) {
  constexpr std::int64_t kMany = 5000000;
  constexpr std::int64_t kManyGraded = 1000000;  // kendall orders every resample
  if (outcome.units < (kind == TupleKind::graded_pairs ? kManyGraded : kMany) || verdict.intervals == "none")
    return;
  console.note("intervals of " + counted(outcome.units, outcome.unit) +
               " may take minutes; --intervals none leaves them out");
}

// What stands beside the measures.
Outcome described(const Options& options, const ScoredTuples& tuples, const cli::PairInput& input,
                  const cli::Decisions& decisions) {
  Outcome outcome;
  outcome.unit = tuple_kind(tuples.kind).one;
  outcome.units = tuples.size();
  add_counts(tuples, outcome);
  outcome.policies = {{"distance", input.distance_name(tuples)}};
  outcome.signature = "eval-pairs; " + std::string(tuple_kind(tuples.kind).name);
  if (!decisions.accepted.empty()) {
    outcome.policies.push_back({"threshold", decisions.threshold, decisions.words()});
    outcome.policies.push_back({"threshold-from", decisions.rule, ""});
    outcome.signature += "; threshold " + decisions.rule;
  }
  for (std::size_t c = 0; c < options.by.size(); ++c)
    outcome.slicings.push_back({options.by[c], tuples.columns[c].names, tuples.columns[c].codes});
  if (!options.cluster.empty()) outcome.clusters = tuples.columns[options.by.size()].codes;
  outcome.fingerprint = fingerprint_of(tuples);
  return outcome;
}

int run(const cli::Command& command, Options& options) {
  cli::Console console(command);
  options.threshold.check();
  options.verdict.prepare(numbers_of(options), options.by);
  std::optional<Model> to_change;
  const std::string& store = options.threshold.store;
  if (!store.empty()) to_change = read_model(store, options.space.unsealed);

  cli::PairInput input(command, options.data, options.space, options.tuples, options.verdict.wants_page(),
                       console);
  ScoredTuples tuples = input.read(extras_of(options));
  if (options.expect_pairs >= 0 && options.expect_pairs != tuples.size()) {
    data_error(
        fmt::format("expected {} pairs, found {}", grouped(options.expect_pairs), grouped(tuples.size())), {},
        fmt::format("is the input whole? if it is as it should be: --expect-pairs {}", tuples.size()));
  }
  PairEvaluation evaluation(tuples);
  const cli::Decisions decisions = cli::decide_pairs(
      options.threshold, tuples, evaluation, input, static_cast<std::uint64_t>(command.common.seed), console);
  evaluation.decide(decisions.accepted);
  if (to_change) cli::check_storable(store, *to_change, *decisions.to_store, tuples, input, console);
  const std::vector<PairMeasure> measures = parse_pair_measures(
      options.measures.empty() ? default_pair_measures(evaluation.judged()) : options.measures);
  for (const PairMeasure& measure : measures) check_applies(measure, evaluation.judged());

  Outcome outcome = described(options, tuples, input, decisions);
  std::vector<std::string> definitions;
  for (const PairMeasure& measure : measures) {
    outcome.measures.push_back(evaluation.measure(measure));
    definitions.push_back(outcome.measures.back().definition);
    if (measure.info->has_rate) add_attained(measure, tuples, evaluation, outcome, console);
  }
  outcome.legend = legend_of(definitions, pair_measure_symbols());
  if (options.verdict.wants_page()) {
    const ItemPicture picture = [&](std::size_t place, std::string_view item) {
      return input.picture(tuples.kind, place, item);
    };
    outcome.portrait = std::make_shared<const Portrait>(pair_portrait(
        tuples, evaluation, decisions.common, static_cast<std::uint64_t>(command.common.seed), picture));
  }
  if (options.verdict.names_units()) outcome.unit_ids = number_repeats(std::move(tuples.ids));
  note_long_work(tuples.kind, outcome, options.verdict, console);
  const int status = options.verdict.finish(command, outcome, console);
  if (to_change && status == 0)
    cli::store_threshold(store, std::move(*to_change), *decisions.to_store, console);
  else if (to_change)
    console.note(store + " is as it was: no threshold is stored where a gate does not pass");
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  cli::Command command;
  command.name = "eval-pairs";
  command.summary = "measure distances of pairs against what is true of them, and decide gates";
  command.usage = "[FILE] [--pairs PAIRS] [-m MODEL] [--gate 'MEASURE>=X'] [OPTION ...]";
  command.description =
      "FILE is a table as score-pairs writes it: pairs with similar (1 or 0) or similarity (a number), and "
      "distance, or score where larger is nearer; or triplets with d_ap and d_an. With --pairs it is data, "
      "and "
      "the distances are taken between its rows, or their images under a model. The header tells the kind of "
      "tuples. A pair is accepted where its distance is at most the threshold; only thresholds that make a "
      "difference are looked at, and pairs of one distance are accepted together. Correlations are with "
      "closeness, the negated distance. A gate that fails makes the exit status 1.";
  options.data.add_to(command);
  options.tuples.add_to(command);
  options.space.add_to(command);
  options.threshold.add_to(command);
  cli::Option expected = cli::integer_option(
      "--expect-pairs", "N", "refuse the run (3) unless there are N pairs", options.expect_pairs, 0);
  expected.default_text.clear();
  command.add(
      "Measures",
      {
          cli::measures_option("comma-separated; default: those that FILE allows; of",
                               cli::choices_of(pair_measures()), pair_measure_symbols(), options.measures),
          cli::list_option("--by", "COL", "also for the pairs of each value of this column", options.by),
          cli::text_option("--cluster", "COL", "pairs of one value of this column are resampled together",
                           options.cluster),
          std::move(expected),
      });
  options.verdict.add_to(command);
  command.second_file = "name the pairs with --pairs: eval-pairs DATA --pairs PAIRS";
  command.examples = {
      {"how well a distance tells mined pairs apart",
       "mk-triplets sample_data/iris.csv --label species --kind pairs --strategy random | "
       "eval-pairs sample_data/iris.csv --label species --pairs - --distance cosine"},
      {"a threshold that is chosen on other folds, with a gate for a CI job",
       "mk-triplets sample_data/digits.csv --label digit --kind pairs --strategy random --seed 1 | "
       "score-pairs sample_data/digits.csv --label digit --pairs - | "
       "mk-splits - --strategy random --folds 5 | "
       "eval-pairs - --fold fold --calibrate accuracy --gate 'accuracy>=0.7'"},
  };
  command.run = [&] {
    return cli::run_on_data_and_tuples(options.data.file, options.tuples.pairs, "--pairs",
                                       [&] { return run(command, options); });
  };
  return cli::run_command(command, argc, argv);
}
