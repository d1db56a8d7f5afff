#include "nearfar/training/learn_by_loss.h"

#include "nearfar/core/text.h"
#include "nearfar/network/network.h"
#include "nearfar/training/checkpoint.h"
#include "nearfar/training/loss_method.h"
#include "nearfar/training/run_identity.h"
#include "nearfar/training/starting_network.h"

namespace nearfar {
namespace {

// As on the command line; what is at its default only where a model should tell it.
void record_training_options(Model& model, const LossTraining& training, bool from_tuples) {
  const auto add = [&](std::string_view name, std::string value) {
    model.options.emplace_back(name, std::move(value));
  };
  if (training.dim != 0) add("dim", std::to_string(training.dim));
  add("epochs", std::to_string(training.epochs));
  if (from_tuples) {
    add("batch-size", std::to_string(training.batch_size));
  } else {
    add("classes-per-batch", std::to_string(training.classes_per_batch));
    add("samples-per-class", std::to_string(training.samples_per_class));
  }
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
  std::vector<Checkpoint::Fact> facts = run_identity(model, supervision);
  if (training.map == MapKind::network)
    facts.emplace_back("the network", training.network + " on " + training.input.text());
  if (start) {
    facts.emplace_back("--init", start->network ? values_fingerprint(start->network->parameters().values())
                                                : values_fingerprint(start->l));
  }
  return facts;
}

// The defaults that depend on the rows; a line for the user about each that was changed.
std::vector<std::string> fit_to_rows(const LearnOptions& options, MatrixView x, bool from_tuples,
                                     LossTraining& training) {
  training.unit = starting_unit(x, training);
  training.threshold = starting_threshold(training);
  std::vector<std::string> lines = scale_margins(options, training);
  double& rate = training.optimizer.learning_rate;
  training.threshold_rate = rate;
  const double factor = options.rate_given ? 1 : wide_map_factor(training, x.cols, from_tuples);
  if (factor < 1) {
    (void)parse_number(number_text(rate * factor, 2), rate);
    lines.push_back("learning rate: " + number_text(rate) + ", for a map of " + grouped(x.cols) +
                    " features");
  }
  return lines;
}

}  // namespace

void learn_by_loss(MatrixView x, const Dataset& data, const SideInformation& supervision,
                   const LearnOptions& options, const LearnWatch& watch, Model& model) {
  LossTraining training = resolve_loss(options, x.cols);
  const std::optional<Tuples> mapped = tuples_in_range(*training.loss, options, supervision.tuples);
  const Tuples* tuples = mapped ? &*mapped : supervision.tuples;
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
  for (const std::string& line : fit_to_rows(options, x, tuples != nullptr, training))
    if (watch.note) watch.note(line);
  training.epochs = resolve_epochs(rows, training);
  if (options.similarity_range) {
    model.options.emplace_back("similarity-range", number_text(options.similarity_range->first) + "," +
                                                       number_text(options.similarity_range->second));
  }
  record_loss_options(model, training);
  record_training_options(model, training, tuples != nullptr);
  model.distance = Distance(training.distance).name();
  if (tuples != nullptr) model.training.emplace_back("tuples", static_cast<double>(tuples->size()));

  const std::optional<TrainedMap> start = start_of(options.init);
  CheckpointOptions checkpoint = options.checkpoint;
  if (!checkpoint.file.empty()) checkpoint.identity = identity_of(model, training, supervision, start);
  TrainedMap map = train_with_loss(rows, training, watch.training, checkpoint, start ? &*start : nullptr);
  if (map.stopped) throw TrainingStopped();
  if (watch.history != nullptr) watch.history->epochs = map.history;
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
