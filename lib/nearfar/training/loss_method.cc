#include "nearfar/training/loss_method.h"

#include <algorithm>
#include <limits>

#include "nearfar/core/error.h"
#include "nearfar/core/hash.h"
#include "nearfar/core/text.h"
#include "nearfar/network/network.h"
#include "nearfar/training/checkpoint.h"
#include "nearfar/training/network_options.h"

namespace nearfar {
namespace {

[[noreturn]] void refuse_foreign(const LossInfo& loss, const std::string& name) {
  std::vector<std::string> own;
  for (const LossOptionInfo& option : loss.options) own.push_back("--" + std::string(option.name));
  usage_error("--" + name + " does not apply to --loss " + std::string(loss.name),
              own.empty() ? "it has no options of its own" : "its options are " + listed(own));
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
                    : found + ": expected " + std::string(range_text(option.range)));
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
    usage_error("--augment changes images, so it goes with --method cnn");
  }
  if (training.patience > 0 && !training.select) {
    usage_error("--patience needs rows to validate on",
                "name them with --valid, --valid-where or --valid-fraction");
  }
}

// What is not at its default, as on the command line.
template <class Add>
void record_optimization(const LossTraining& training, const Add& add) {
  const OptimizerOptions& optimizer = training.optimizer;
  if (optimizer.kind != OptimizerKind::adam) add("optimizer", std::string(optimizer_name(optimizer.kind)));
  add("lr", number_text(optimizer.learning_rate));
  if (optimizer.kind == OptimizerKind::sgd) add("momentum", number_text(optimizer.momentum));
  if (optimizer.weight_decay != 0) add("weight-decay", number_text(optimizer.weight_decay));
  if (training.schedule.text() != Schedule().text()) add("schedule", training.schedule.text());
  if (training.clip_norm != 0) add("clip-norm", number_text(training.clip_norm));
  if (training.accumulate != 1) add("accumulate", std::to_string(training.accumulate));
  if (training.augmentation.any()) add("augment", training.augmentation.text());
  if (training.select) add("select", training.select->name);
  if (training.patience != 0) add("patience", std::to_string(training.patience));
}

std::string bytes_of(std::span<const float> values) {
  return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
}

std::string tuples_fingerprint(const Tuples& tuples) {
  Hasher hasher;
  hasher.add(tuple_kind(tuples.kind).name);
  hasher.add(
      {reinterpret_cast<const char*>(tuples.items.data()), tuples.items.size() * sizeof(std::int32_t)});
  hasher.add(bytes_of(tuples.values));
  return hasher.text();
}

std::string map_fingerprint(const TrainedMap& map) {
  return hash_text(map.network ? bytes_of(map.network->parameters().values())
                               : bytes_of({map.l.data(), static_cast<std::size_t>(map.l.size())}));
}

void record_loss_options(Model& model, const LossTraining& training, bool from_tuples) {
  const LossOptions& loss = training.loss_options;
  const auto add = [&](std::string_view name, std::string value) {
    model.options.emplace_back(name, std::move(value));
  };
  add("loss", std::string(training.loss->name));
  for (const LossOptionInfo& option : training.loss->options) {
    if (option.number != nullptr) add(option.name, number_text(loss.*option.number));
    if (option.flag != nullptr && loss.*option.flag) add(option.name, "true");
  }
  add("reduction", std::string(reduction_name(loss.reduction)));
  if (training.dim != 0) add("dim", std::to_string(training.dim));
  add("epochs", std::to_string(training.epochs));
  if (from_tuples) {
    add("batch-size", std::to_string(training.batch_size));
  } else {
    add("classes-per-batch", std::to_string(training.classes_per_batch));
    add("samples-per-class", std::to_string(training.samples_per_class));
  }
  record_optimization(training, add);
}

// The weights to start from, as the end of another training.
std::optional<TrainedMap> start_of(const Model* init) {
  if (init == nullptr) return std::nullopt;
  TrainedMap start;
  start.l = init->l;
  start.network = init->network;
  return start;
}

// What a checkpoint must agree on with the run that goes on from it.
std::vector<Checkpoint::Fact> identity_of(const Model& model, const LossTraining& training,
                                          const SideInformation& supervision,
                                          const std::optional<TrainedMap>& start) {
  std::vector<Checkpoint::Fact> facts{{"the version of nearfar", model.tool_version},
                                      {"--method", model.method},
                                      {"--seed", std::to_string(model.seed)},
                                      {"--normalize", model.normalize ? "true" : "false"},
                                      {"--distance", model.distance},
                                      {"the data", model.fingerprint}};
  for (const auto& [name, value] : model.options) facts.emplace_back("--" + name, value);
  if (training.map == MapKind::network)
    facts.emplace_back("the network", training.network + " on " + training.input.text());
  if (supervision.tuples != nullptr)
    facts.emplace_back("the tuples", tuples_fingerprint(*supervision.tuples));
  if (supervision.valid != nullptr)
    facts.emplace_back("the validation rows", data_fingerprint(*supervision.valid));
  if (start) facts.emplace_back("--init", map_fingerprint(*start));
  return facts;
}

}  // namespace

void check_loss_supervision(const LossInfo& loss, const Dataset& data, const SideInformation& supervision) {
  if (!supervision.targets.empty() || !supervision.chunks.empty()) {
    usage_error("--loss " + std::string(loss.name) + " cannot learn from " +
                (supervision.targets.empty() ? "chunks" : "targets"));
  }
  const Tuples* tuples = supervision.tuples;
  if (tuples == nullptr) {
    if (data.labels.empty()) {
      usage_error("--loss " + std::string(loss.name) + " needs to know what is alike",
                  "name the class column with --label, or give pairs or triplets with --tuples");
    }
    return;
  }
  const bool fits = (tuples->kind == TupleKind::pairs && loss.from_pairs) ||
                    (tuples->kind == TupleKind::triplets && loss.from_triplets);
  if (fits) return;
  std::vector<std::string> accepted;
  if (loss.from_labels) accepted.emplace_back("labels");
  if (loss.from_pairs) accepted.emplace_back("pairs");
  if (loss.from_triplets) accepted.emplace_back("triplets");
  std::vector<std::string> others;
  for (const LossInfo& other : losses()) {
    if (tuples->kind == TupleKind::pairs ? other.from_pairs
                                         : tuples->kind == TupleKind::triplets && other.from_triplets) {
      others.emplace_back(other.name);
    }
  }
  usage_error("--loss " + std::string(loss.name) + " cannot learn from " +
                  std::string(tuple_kind(tuples->kind).name) + "; it takes " + listed(accepted),
              others.empty() ? "no loss in this version takes them" : "use --loss " + listed(others));
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
  if (options.reduction) training.loss_options.reduction = parse_reduction(*options.reduction);
  resolve_map(options.method, options.network, features, training);
  check_training(training);
  return training;
}

void refuse_loss_options(const LearnOptions& options) {
  std::vector<std::string> given;
  for (const auto& option : options.loss_options) given.push_back(option.first);
  if (options.reduction) given.emplace_back("reduction");
  if (!given.empty()) {
    usage_error("--" + given.front() + " does not apply to --method " + options.method +
                ", which has no loss");
  }
  if (!options.distance.empty() && distance_info(options.distance).needs_matrix) {
    usage_error("--distance " + options.distance + " does not apply to --method " + options.method +
                    ", whose map is the matrix",
                "leave --distance out: the euclidean distance between images is the mahalanobis distance "
                "between rows");
  }
}

void learn_with_loss(MatrixView x, const Dataset& data, const SideInformation& supervision,
                     const LearnOptions& options, const LearnWatch& watch, Model& model) {
  LossTraining training = resolve_loss(options, x.cols);
  const Tuples* tuples = supervision.tuples;
  TrainingData rows;
  rows.x = x;
  rows.labels = &data.labels;
  rows.tuples = tuples;
  Matrix valid;
  if (supervision.valid != nullptr) {
    valid = model.preprocessing.apply(supervision.valid->features);
    rows.valid_x = valid;
    rows.valid_labels = &supervision.valid->labels;
  }
  training.epochs = resolve_epochs(rows, training);
  record_loss_options(model, training, tuples != nullptr);
  model.distance = Distance(training.distance).name();
  if (tuples != nullptr) model.training.emplace_back("tuples", static_cast<double>(tuples->size()));

  const std::optional<TrainedMap> start = start_of(options.init);
  CheckpointOptions checkpoint = options.checkpoint;
  if (!checkpoint.file.empty()) checkpoint.identity = identity_of(model, training, supervision, start);
  TrainedMap map = train_with_loss(rows, training, watch.training, checkpoint, start ? &*start : nullptr);
  if (map.stopped) throw TrainingStopped();
  model.l = std::move(map.l);
  model.network = std::move(map.network);
  if (map.threshold) model.threshold = static_cast<float>(*map.threshold);
  model.training.emplace_back("steps", static_cast<double>(map.history.back().steps));
  model.training.emplace_back("first_epoch_loss", map.history.front().loss);
  model.training.emplace_back("last_epoch_loss", map.history.back().loss);
  model.training.emplace_back("last_epoch_active", map.history.back().active);
  if (map.best_epoch > 0) {
    const EpochRecord& best = map.history[static_cast<std::size_t>(map.best_epoch - 1)];
    model.training.emplace_back("valid_rows", static_cast<double>(supervision.valid->rows()));
    model.training.emplace_back("best_epoch", static_cast<double>(best.epoch));
    model.training.emplace_back("best_value", *best.valid);
  }
}

}  // namespace nearfar
