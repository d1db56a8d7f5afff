#include "nearfar/training/loss_method.h"

#include <algorithm>
#include <limits>

#include "nearfar/core/error.h"
#include "nearfar/core/family.h"
#include "nearfar/core/text.h"
#include "nearfar/training/network_options.h"

namespace nearfar {
namespace {

[[noreturn]] void refuse_foreign(const LossInfo& loss, const std::string& name) {
  std::vector<std::string> own;
  for (const LossOptionInfo& option : loss.options) own.push_back("--" + std::string(option.name));
  usage_error("--" + name + " does not apply to --loss " + std::string(loss.name),
              own.empty() ? "it has no options of its own" : "its options are " + listed(own));
}

bool takes(const LossInfo& loss, TupleKind kind) {
  switch (kind) {
    case TupleKind::pairs:
      return loss.from_pairs;
    case TupleKind::graded_pairs:
      return loss.from_graded_pairs;
    case TupleKind::triplets:
      return loss.from_triplets;
    default:
      return false;
  }
}

std::vector<std::string> accepted_by(const LossInfo& loss) {
  std::vector<std::string> accepted;
  if (loss.from_labels) accepted.emplace_back("labels");
  for (const TupleKindInfo& kind : tuple_kinds()) {
    if (takes(loss, kind.kind)) accepted.emplace_back(kind.name);
  }
  return accepted;
}

// What suits a kind of supervision that the chosen loss does not take, the best first.
std::string other_losses(const Tuples* tuples) {
  const std::string end = "; train-metric --help lists all losses";
  if (tuples == nullptr) return "use for example --loss triplet or supcon" + end;
  switch (tuples->kind) {
    case TupleKind::pairs:
      return "use for example --loss logistic or contrastive" + end;
    case TupleKind::graded_pairs:
      return "use --loss cosent or cosine-mse";
    case TupleKind::triplets:
      return "use for example --loss triplet or infonce" + end;
    default:
      return "no loss takes them: choose --method lsml";
  }
}

// Largest value a distance can take, or infinity.
double largest_distance(DistanceKind distance, bool normalize) {
  if (distance == DistanceKind::cosine) return 2;
  if (normalize && distance == DistanceKind::euclidean) return 2;
  if (normalize && distance == DistanceKind::sqeuclidean) return 4;
  return std::numeric_limits<double>::infinity();
}

void check_option(const LossOptionInfo& option, double value, DistanceKind distance, bool normalize) {
  const std::string found = "--" + std::string(option.name) + " " + number_text(value);
  if (!in_range(option.range, value)) {
    usage_error(option.range == LossRange::distance && value < 0
                    ? found + ": a distance is never negative"
                    : found + ": expected " + std::string(range_text(option.range)),
                "for example --" + std::string(option.name) + " " + number_text(option.usual));
  }
  if (option.range != LossRange::distance) return;
  const double most = largest_distance(distance, normalize);
  if (value < most) return;
  usage_error(found + ": the " + std::string(Distance(distance).info().name) + " distance is at most " +
                  number_text(most) +
                  (normalize && distance != DistanceKind::cosine ? " between rows of length 1" : ""),
              "use a value below it, for example " + number_text(most / 4));
}

void check_training(const LossTraining& training) {
  if (training.augmentation.any() && (training.map != MapKind::network || training.input.flat)) {
    usage_error("--augment changes images, so it goes with --method cnn",
                "leave it out, or add --method cnn --input-shape 1x28x28");
  }
  if (training.patience > 0 && !training.select) {
    usage_error("--patience needs rows to validate on",
                "name them with --valid, --valid-where or --valid-fraction");
  }
}

}  // namespace

void check_loss_supervision(const LearnOptions& options, const LossTraining& training, const Dataset& data,
                            const SideInformation& supervision) {
  const LossInfo& loss = *training.loss;
  if (!supervision.targets.empty() || !supervision.chunks.empty()) {
    usage_error("--loss " + std::string(loss.name) + " cannot learn from " +
                    (supervision.targets.empty() ? "chunks" : "targets"),
                "give labels with --label or tuples with --tuples" +
                    std::string(supervision.targets.empty() ? "; chunks are for --method rca"
                                                            : "; targets are for --method mlkr"));
  }
  const Tuples* tuples = supervision.tuples;
  if (tuples != nullptr && !options.miner.empty())
    usage_error("--miner does not apply to training from tuples, which are chosen already",
                "leave --miner out, or --tuples");
  if (tuples != nullptr && training.loss_options.memory > 0)
    usage_error("--memory does not apply to training from tuples; it is for labels",
                "leave --memory out, or --tuples");
  if (tuples == nullptr && training.loss_options.symmetric)
    usage_error("--symmetric does not apply to training from labels, where every row is an anchor",
                "leave --symmetric out, or give pairs with --tuples");
  if (tuples == nullptr && data.labels.empty()) {
    usage_error("--loss " + std::string(loss.name) + " needs to know what is alike",
                loss.from_labels ? "name the class column with --label, or give tuples with --tuples"
                                 : "give " + listed(accepted_by(loss)) + " with --tuples");
  }
  if (tuples == nullptr ? loss.from_labels : takes(loss, tuples->kind)) {
    if (tuples == nullptr && loss.own == OwnWeights::class_vectors && data.labels.several()) {
      usage_error(
          "--loss " + std::string(loss.name) + " has one vector for each class, and here rows have several",
          "leave --label-separator out, or use another loss");
    }
    return;
  }
  const std::string found = tuples == nullptr ? "labels" : std::string(tuple_kind(tuples->kind).name);
  const bool is_graded_loss = loss.from_graded_pairs && tuples != nullptr && tuples->kind == TupleKind::pairs;
  usage_error(
      "--loss " + std::string(loss.name) + " cannot learn from " + found + "; it takes " +
          listed(accepted_by(loss)),
      (is_graded_loss ? "graded pairs have a column 'similarity' where these have 'similar': rename it, or "
                      : "") +
          other_losses(tuples));
}

std::optional<Tuples> tuples_in_range(const LossInfo& loss, const LearnOptions& options,
                                      const Tuples* tuples) {
  if (loss.name != "cosine-mse" || tuples == nullptr) return std::nullopt;
  const auto [low, high] = options.similarity_range.value_or(std::pair(-1.0, 1.0));
  Tuples mapped = *tuples;
  for (std::size_t t = 0; t < mapped.values.size(); ++t) {
    const auto value = static_cast<double>(mapped.values[t]);
    if (!(value >= low && value <= high)) {
      data_error("pair " + grouped(static_cast<std::int64_t>(t) + 1) + " has the similarity " +
                     number_text(mapped.values[t]) + "; --loss cosine-mse expects " +
                     (options.similarity_range ? "those of --similarity-range: " : "cosines: ") +
                     number_text(low) + " to " + number_text(high),
                 {}, "name the lowest and the highest similarity there can be with --similarity-range LO,HI");
    }
    if (options.similarity_range) mapped.values[t] = static_cast<float>((value - low) / (high - low));
  }
  return mapped;
}

// The margin of a strategy is that of the loss, unless it has its own.
BatchMining resolve_miner(const LearnOptions& options, const LossTraining& training) {
  BatchMining mining;
  if (options.miner.empty()) {
    if (!options.miner_options.empty())
      usage_error("--miner-" + options.miner_options.front().first + " does not apply without --miner",
                  "name the strategy with --miner, for example --miner semihard");
    return mining;
  }
  mining.strategy = &row_named(mining_strategies(), "--miner", "strategy", options.miner);
  if (find_option(*training.loss, "margin") != nullptr)
    mining.parameters.margin = training.loss_options.margin;
  for (const auto& [name, text] : options.miner_options) {
    const bool is_margin = name == "margin";
    if (is_margin ? !options.miner.ends_with("margin") || options.miner == "pair-margin"
                  : !has_option(*mining.strategy, name)) {
      usage_error("--miner-" + name + " does not apply to --miner " + options.miner,
                  "leave it out, or choose another --miner");
    }
    if (is_margin) {
      if (parse_number(text, mining.parameters.margin) != NumberStatus::ok)
        usage_error("--miner-margin: expected a number, found '" + text + "'",
                    "for example --miner-margin 0.2");
      continue;
    }
    for (const StrategyOption& option : strategy_options()) {
      if (option.name == name) set_parameter(mining.parameters, option, text, "miner-");
    }
  }
  check_batch_mining(mining, *training.loss, training.distance, training.normalize);
  return mining;
}

LossTraining resolve_loss(const LearnOptions& options, std::int64_t features) {
  LossTraining training = options.training;
  const LossInfo& loss = loss_info(options.loss);
  training.loss = &loss;
  training.distance =
      options.distance.empty() ? loss.distances.front() : distance_info(options.distance).kind;
  if (std::find(loss.distances.begin(), loss.distances.end(), training.distance) == loss.distances.end()) {
    std::vector<std::string> names;
    for (const DistanceKind kind : loss.distances) names.emplace_back(Distance(kind).info().name);
    usage_error("--loss " + options.loss + " is not defined for the distance " + options.distance,
                "use one of " + listed(names));
  }
  training.loss_options = default_options(loss, training.distance);
  for (const auto& [name, value] : options.loss_options) {
    const LossOptionInfo* option = find_option(loss, name);
    if (option == nullptr) refuse_foreign(loss, name);
    if (option->flag != nullptr) {
      training.loss_options.*option->flag = value != 0;
    } else {
      training.loss_options.*option->number = value;
    }
  }
  for (const LossOptionInfo& option : loss.options) {
    if (option.number != nullptr)
      check_option(option, training.loss_options.*option.number, training.distance, training.normalize);
  }
  if (options.similarity_range && loss.name != "cosine-mse")
    usage_error("--similarity-range does not apply to --loss " + options.loss,
                "leave it out: it is for cosine-mse; cosent looks at the order of similarities only");
  if (options.memory > 0) {
    if (loss.own == OwnWeights::class_vectors || !loss.from_labels || loss.over_rows != nullptr) {
      usage_error("--memory does not apply to --loss " + options.loss +
                      ", which compares no rows of a batch by their labels",
                  "leave --memory out, or choose a loss over pairs of rows, such as --loss contrastive");
    }
    if (!options.miner.empty())
      usage_error("--memory does not apply together with --miner, which chooses inside the batch",
                  "leave one of the two out");
    training.loss_options.memory = static_cast<double>(options.memory);
  }
  if (options.reduction && !loss.reduces) {
    usage_error("--reduction does not apply to --loss " + options.loss +
                    ", whose formula is no sum over pairs, triplets or rows",
                "leave --reduction out");
  }
  if (options.reduction) training.loss_options.reduction = parse_reduction(*options.reduction);
  training.miner = resolve_miner(options, training);
  resolve_map(options.method, options.network, features, training);
  check_training(training);
  return training;
}

std::vector<std::string> scale_margins(const LearnOptions& options, LossTraining& training) {
  std::vector<std::string> notes;
  if (training.unit == 1) return notes;
  for (const LossOptionInfo& option : training.loss->options) {
    const bool given = std::any_of(options.loss_options.begin(), options.loss_options.end(),
                                   [&](const auto& named) { return named.first == option.name; });
    if (option.range != LossRange::distance || given) continue;
    double& margin = training.loss_options.*option.number;
    if (margin == 0) continue;
    margin *= training.unit;
    notes.push_back(std::string(option.name) + ": " + number_text(margin) +
                    ", fitted to the distances before the first step");
  }
  return notes;
}

void refuse_loss_options(const LearnOptions& options) {
  std::vector<std::string> given;
  for (const auto& option : options.loss_options) given.push_back(option.first);
  if (options.reduction) given.emplace_back("reduction");
  if (options.similarity_range) given.emplace_back("similarity-range");
  if (!options.miner.empty()) given.emplace_back("miner");
  if (options.memory > 0) given.emplace_back("memory");
  if (!given.empty()) {
    usage_error(
        "--" + given.front() + " does not apply to --method " + options.method + ", which has no loss",
        "leave it out, or choose a method with a loss, such as --method linear");
  }
  if (!options.distance.empty() && distance_info(options.distance).needs_matrix) {
    usage_error("--distance " + options.distance + " does not apply to --method " + options.method +
                    ", whose map is the matrix",
                "leave --distance out: the euclidean distance between images is the mahalanobis distance "
                "between rows");
  }
}

void record_loss_options(Model& model, const LossTraining& training) {
  const LossOptions& loss = training.loss_options;
  const auto add = [&](const std::string_view name, std::string value) {
    model.options.emplace_back(name, std::move(value));
  };
  add("loss", std::string(training.loss->name));
  for (const LossOptionInfo& option : training.loss->options) {
    if (option.number != nullptr) add(option.name, number_text(loss.*option.number));
    if (option.flag != nullptr && loss.*option.flag) add(option.name, "true");
  }
  if (training.loss->reduces) add("reduction", std::string(reduction_name(loss.reduction)));
  if (loss.memory > 0) add("memory", number_text(loss.memory));
  if (training.miner.strategy != nullptr) {
    const std::string miner(training.miner.strategy->name);
    add("miner", miner);
    if (miner.ends_with("margin") && miner != "pair-margin")
      add("miner-margin", number_text(training.miner.parameters.margin));
    for (const StrategyOption& option : strategy_options()) {
      if (has_option(*training.miner.strategy, option.name))
        add("miner-" + std::string(option.name), parameter_text(training.miner.parameters, option));
    }
  }
}

}  // namespace nearfar
