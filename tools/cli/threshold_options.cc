#include "cli/threshold_options.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <numeric>

#include "nearfar/core/error.h"
#include "nearfar/core/text.h"
#include "nearfar/data/split.h"
#include "nearfar/evaluation/calibration.h"
#include "nearfar/io/sink.h"
#include "nearfar/model/model_file.h"

namespace nearfar::cli {
namespace {

void accept_up_to(float threshold, const ScoredTuples& tuples, std::vector<std::uint8_t>& accepted) {
  accepted.resize(tuples.distances.size());
  for (std::size_t u = 0; u < accepted.size(); ++u) accepted[u] = tuples.distances[u] <= threshold ? 1 : 0;
}

// As distances are read, so that equal texts are equal numbers.
float given_threshold(double threshold, const ScoredTuples& tuples) {
  if (std::abs(threshold) > static_cast<double>(std::numeric_limits<float>::max()))
    usage_error("--threshold: " + number_text(threshold) + " is beyond the largest distance that is read",
                "for example --threshold 0.5");
  const auto value = static_cast<float>(threshold);
  return tuples.from_scores ? -value : value;
}

// Components are dealt whole, so no item is in two folds.
Labels deal_folds(const ScoredTuples& tuples, std::int64_t folds, std::uint64_t seed) {
  if (tuples.components.empty()) {
    data_error("--folds keeps the items of pairs in one fold, and no column names them", {},
               "the columns are a and b (or row_a and row_b); or name a column of folds with --fold COL");
  }
  std::vector<SplitPart> parts;
  Labels dealt;
  for (std::int64_t fold = 1; fold <= folds; ++fold) {
    dealt.names.push_back(std::to_string(fold));
    parts.push_back({dealt.names.back(), 1 / static_cast<double>(folds)});
  }
  dealt.codes = split_rows(tuples.size(), tuples.components, parts, SplitStrategy::by_items, seed);
  return dealt;
}

// Pairs that hang together over several folds have an item in two of them.
void note_shared_items(const ScoredTuples& tuples, const Labels& folds, Console& console) {
  std::vector<std::int32_t> fold_of(tuples.components.names.size(), -1);
  for (std::size_t u = 0; u < tuples.components.codes.size(); ++u) {
    std::int32_t& fold = fold_of[static_cast<std::size_t>(tuples.components.codes[u])];
    if (fold < 0) fold = folds.codes[u];
    if (fold == folds.codes[u]) continue;
    console.note(
        "items are in more than one fold, so thresholds are chosen on items they are then used on; mk-splits "
        "--strategy items keeps them apart");
    return;
  }
}

// Of each fold by name, 2 before 10; of many folds the range.
std::string thresholds_in_words(const std::vector<OperatingPoint>& points, const Labels& folds,
                                const ScoredTuples& tuples) {
  constexpr std::size_t kFew = 10;
  std::vector<std::size_t> order(points.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (points.size() > kFew) {
    const auto [low, high] = std::minmax_element(
        points.begin(), points.end(), [](const auto& a, const auto& b) { return a.threshold < b.threshold; });
    return fmt::format("from {} to {} over {} folds", threshold_text(low->threshold, tuples),
                       threshold_text(high->threshold, tuples), points.size());
  }
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::pair(folds.names[a].size(), folds.names[a]) <
           std::pair(folds.names[b].size(), folds.names[b]);
  });
  std::string text;
  for (const std::size_t f : order) {
    text += fmt::format("{}fold {}: {}", text.empty() ? "" : ", ", folds.names[f],
                        threshold_text(points[f].threshold, tuples));
  }
  return text;
}

Decisions decide_on_folds(const ThresholdOptions& options, const ScoredTuples& tuples,
                          const Verification& pairs, const Calibration& calibration, std::uint64_t seed,
                          Console& console) {
  Labels dealt;
  if (options.fold.empty()) dealt = deal_folds(tuples, options.folds, seed);
  const Labels& folds = options.fold.empty() ? dealt : tuples.columns.back();
  if (!options.fold.empty()) note_shared_items(tuples, folds, console);
  const std::vector<OperatingPoint> points = calibrate_on_other_folds(pairs, calibration, folds);
  Decisions decisions;
  decisions.accepted.resize(tuples.distances.size());
  for (std::size_t u = 0; u < decisions.accepted.size(); ++u) {
    const auto fold = static_cast<std::size_t>(folds.codes[u]);
    decisions.accepted[u] = tuples.distances[u] <= points[fold].threshold ? 1 : 0;
  }
  decisions.threshold = thresholds_in_words(points, folds, tuples);
  decisions.rule = "calibrated for " + options.calibrate + " on other folds";
  return decisions;
}

Decisions decide_on_file(const ThresholdOptions& options, const ScoredTuples& tuples, PairInput& input,
                         const Calibration& calibration) {
  std::vector<Condition> where;
  for (const std::string& text : options.calibrate_where)
    where.push_back(parse_condition(text, "--calibrate-where"));
  const ScoredTuples others = input.read_also(options.calibrate_on, where, "--calibrate-where");
  if (others.kind != TupleKind::pairs || others.from_scores != tuples.from_scores) {
    data_error(fmt::format("expected pairs with a column similar and a column {}, as those to be judged have",
                           tuples.number_name()),
               {options.calibrate_on, 0, 0, {}},
               "score both files in the same way, for example with score-pairs");
  }
  const Verification pairs(others.distances, similar_of(others));
  const OperatingPoint point = calibrate(pairs, calibration, options.calibrate_on);
  Decisions decisions;
  accept_up_to(point.threshold, tuples, decisions.accepted);
  decisions.threshold = threshold_text(point.threshold, tuples);
  decisions.rule = "calibrated for " + options.calibrate + " on another file";
  decisions.common = point.threshold;
  decisions.to_store = point.threshold;
  return decisions;
}

Decisions decide_by(float threshold, std::string rule, const ScoredTuples& tuples) {
  Decisions decisions;
  accept_up_to(threshold, tuples, decisions.accepted);
  decisions.threshold = threshold_text(threshold, tuples);
  decisions.rule = std::move(rule);
  decisions.common = threshold;
  return decisions;
}

}  // namespace

std::string threshold_text(float threshold, const ScoredTuples& tuples) {
  return tuples.from_scores ? "score >= " + number_text(-threshold + 0.0F)
                            : "distance <= " + number_text(threshold);
}

std::string Decisions::words() const {
  const bool said = threshold.find(rule) != std::string::npos;  // "as the column same says"
  return "threshold " + threshold + (said ? "" : " (" + rule + ")");
}

void ThresholdOptions::add_to(Command& command) {
  Option fold_count = integer_option("--folds", "K",
                                     "deal the pairs to K folds, no item in two, and choose each fold's "
                                     "threshold on the others",
                                     folds, 2);
  fold_count.default_text.clear();
  Option store_option = output_option(
      "--store",
      "write the threshold into this existing model, usually that of -m, unless a gate fails; with folds the "
      "one that all pairs choose",
      store);
  store_option.value = "MODEL";
  store_option.may_replace = "--model";
  command.add(
      "Threshold",
      {
          optional_number_option("--threshold", "T",
                                 "accept pairs at a distance of at most T, or a score of at least T",
                                 threshold, "the model's, or the column same"),
          with_choices(
              text_option(
                  "--calibrate", "GOAL",
                  "choose it instead: accuracy, f1, or far:X for the most similar pairs while at most the "
                  "share X of dissimilar ones is accepted",
                  calibrate),
              {"accuracy", "f1", "far:X"}),
          text_option("--fold", "COL", "choose the threshold of each fold of this column on the others",
                      fold),
          std::move(fold_count),
          file_option("--calibrate-on", "choose the threshold on the pairs of this file", calibrate_on),
          list_option("--calibrate-where", "COL=VALUE", "keep pairs of that file by a column's text",
                      calibrate_where),
          std::move(store_option),
      });
}

void ThresholdOptions::check() const {
  const std::string where = "--folds K, --fold COL or --calibrate-on FILE";
  const int places = (folds > 0 ? 1 : 0) + (fold.empty() ? 0 : 1) + (calibrate_on.empty() ? 0 : 1);
  if (!calibrate.empty()) (void)parse_calibration(calibrate);
  if (calibrate.empty() && places > 0)
    usage_error(where + " go with --calibrate", "--calibrate accuracy, f1 or far:X");
  if (!calibrate.empty() && threshold)
    usage_error("--threshold and --calibrate exclude each other", "leave one of the two out");
  if (places > 1) usage_error("one of " + where + " is enough", "leave the others out");
  if (!calibrate.empty() && places == 0 && store.empty()) {
    usage_error("--calibrate needs pairs to choose the threshold on that are not those it is judged on",
                where +
                    "; --calibrate-on with FILE itself judges by the same pairs, which flatters; "
                    "--store MODEL keeps what is chosen on all pairs");
  }
  if (!calibrate_where.empty() && calibrate_on.empty())
    usage_error("--calibrate-where goes with --calibrate-on", "name the file with --calibrate-on FILE");
  if (!store.empty() && calibrate.empty() && !threshold)
    usage_error("--store needs a threshold", "--threshold T, or --calibrate accuracy, f1 or far:X");
  if (store == "-" || (std::filesystem::exists(store) && !std::filesystem::is_regular_file(store)))
    usage_error("--store: expected the name of a model file, found '" + store + "'",
                "for example --store model.json");
  if (!store.empty() && !std::filesystem::exists(store)) {
    throw Error(ErrorKind::io, "--store: there is no file '" + store + "'", {},
                "the threshold is written into a model that is there already, usually that of -m");
  }
}

void ThresholdOptions::ask(TupleExtras& extras) const {
  extras.components = folds > 0 || !fold.empty();
  if (!fold.empty()) extras.named.push_back({"--fold", fold});
}

Decisions decide_pairs(const ThresholdOptions& options, const ScoredTuples& tuples,
                       PairEvaluation& evaluation, PairInput& input, std::uint64_t seed, Console& console) {
  const bool asked = options.threshold.has_value() || !options.calibrate.empty();
  if (tuples.kind != TupleKind::pairs) {
    if (asked) {
      usage_error("a threshold tells pairs that are similar from those that are not, and these are " +
                      std::string(tuple_kind(tuples.kind).name),
                  "it takes pairs with a column similar of 1 and 0");
    }
    return {};
  }
  if (options.threshold) {
    const float threshold = given_threshold(*options.threshold, tuples);
    Decisions decisions = decide_by(threshold, "given", tuples);
    decisions.to_store = threshold;
    return decisions;
  }
  if (!options.calibrate.empty()) {
    const Calibration calibration = parse_calibration(options.calibrate);
    if (!options.calibrate_on.empty()) return decide_on_file(options, tuples, input, calibration);
    Decisions decisions;
    if (options.folds > 0 || !options.fold.empty())
      decisions = decide_on_folds(options, tuples, evaluation.verification(), calibration, seed, console);
    if (!options.store.empty())
      decisions.to_store = calibrate(evaluation.verification(), calibration, "the pairs").threshold;
    return decisions;
  }
  if (const std::optional<float> threshold = input.model_threshold(tuples))
    return decide_by(*threshold, "the model's", tuples);
  if (input.model() && input.model()->threshold) {
    console.note("no threshold: that of the model is for its own distance, " + input.model()->distance);
    return {};
  }
  if (tuples.same.empty()) return {};
  Decisions decisions;
  decisions.accepted = tuples.same;
  decisions.threshold = "as the column same says";
  decisions.rule = "the column same";
  return decisions;
}

void check_storable(const std::string& file, const Model& model, float threshold, const ScoredTuples& tuples,
                    const PairInput& input, Console& console) {
  const std::optional<std::string> taken = input.own_distance();
  if (tuples.from_scores)
    usage_error("--store: the threshold of a model is a distance, and the table has scores",
                "give the pairs a column distance, as score-pairs writes it, or leave --store out");
  if (taken && !input.model())
    usage_error("--store: the distances are not taken by a model", "name it with -m MODEL");
  if (taken && *taken != model.distance) {
    usage_error("--store: the threshold is for the distance " + *taken + ", that of " + file + " is " +
                    model.distance,
                "take the distances by that model: -m " + file);
  }
  if (!std::isfinite(threshold))
    data_error("--store: no finite threshold accepts none of the pairs", {},
               "choose --calibrate accuracy or f1, or a larger far:X");
  if (is_logistic(model)) {
    console.note("the probability of " + file + " is 1/2 at its threshold, so probabilities change with it");
  }
}

void store_threshold(const std::string& file, Model model, float threshold, Console& console) {
  model.threshold = threshold;
  Sink out(file);
  out.write(model_text(model));
  out.close();
  console.note(file + " has the threshold " + number_text(threshold) + " now");
}

}  // namespace nearfar::cli
