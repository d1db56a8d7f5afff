#include "nearfar/training/trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "nearfar/core/error.h"
#include "nearfar/core/rows.h"
#include "nearfar/core/text.h"
#include "nearfar/training/batch_step.h"
#include "nearfar/training/batches.h"
#include "nearfar/training/checkpoint.h"
#include "nearfar/training/progress.h"
#include "nearfar/training/starting_network.h"
#include "nearfar/training/validation.h"

namespace nearfar {
namespace {

using Clock = std::chrono::steady_clock;

double since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

class Trainer {
 public:
  Trainer(const TrainingData& data, const LossTraining& options, const TrainingWatch& watch,
          const CheckpointOptions& checkpoint, const TrainedMap* start)
      : data_(data),
        options_(options),
        watch_(watch),
        checkpoint_(checkpoint),
        step_(data, options, start),
        batches_(data, options) {}

  TrainedMap run();

 private:
  void step(const Batch& batch);
  void check_divergence(double loss, bool finite) const;
  [[nodiscard]] EpochRecord record_of(std::size_t batches) const;
  void keep_if_best(const EpochRecord& record);
  [[nodiscard]] bool out_of_patience() const {
    return options_.patience > 0 && progress_.best_epoch > 0 &&
           progress_.epoch - 1 - progress_.best_epoch >= options_.patience;
  }
  [[nodiscard]] bool stop_requested() const { return watch_.stop && watch_.stop(); }
  void report_step();
  void save();
  void restore();
  [[nodiscard]] TrainedMap result();

  const TrainingData& data_;
  const LossTraining& options_;
  const TrainingWatch& watch_;
  const CheckpointOptions& checkpoint_;
  BatchStep step_;
  Batches batches_;
  Progress progress_;

  std::int64_t epochs_ = 0;
  std::int64_t all_steps_ = 0;
  double spread_ = 1;
  Clock::time_point start_ = Clock::now();
  Clock::time_point saved_ = Clock::now();
  Clock::time_point reported_ = Clock::now();
  std::int64_t rows_done_ = 0;
};

void Trainer::check_divergence(double loss, bool finite) const {
  const bool all = finite && std::isfinite(loss);
  if (all && loss <= 1e6 * std::max(progress_.first_loss, 1.0)) return;
  numerical_error("training diverged in epoch " + std::to_string(progress_.epoch) + ": " +
                      (all ? "the loss is " + number_text(static_cast<float>(loss))
                           : "the loss or the map is not finite"),
                  "lower --lr, or rescale the features with --preprocess standardize");
}

void Trainer::step(const Batch& batch) {
  const LossValue loss = step_.find_gradients(batch, progress_.steps);
  if (progress_.steps == 0) progress_.first_loss = loss.value;
  check_divergence(loss.value, step_.finite_images());
  if (progress_.batch == 0) spread_ = step_.spread();
  step_.move(options_.schedule.factor(progress_.steps, all_steps_, progress_.epoch));
  progress_.loss += loss.value;
  progress_.terms += loss.terms;
  progress_.active += loss.active;
  ++progress_.steps;
  ++progress_.batch;
  rows_done_ += step_.rows();
}

EpochRecord Trainer::record_of(std::size_t batches) const {
  EpochRecord record;
  record.epoch = progress_.epoch;
  record.epochs = epochs_;
  record.steps = progress_.steps;
  record.loss = progress_.loss / static_cast<double>(batches);
  record.active = progress_.active_share();
  record.learning_rate = options_.optimizer.learning_rate *
                         options_.schedule.factor(progress_.steps - 1, all_steps_, progress_.epoch);
  record.spread = spread_;
  record.seconds = since(start_);
  return record;
}

void Trainer::keep_if_best(const EpochRecord& record) {
  if (!record.valid || (progress_.best_epoch > 0 && *record.valid <= progress_.best_value)) return;
  progress_.best_epoch = record.epoch;
  progress_.best_value = *record.valid;
  const std::span<float> values = step_.network().parameters().values();
  progress_.best.assign(values.begin(), values.end());
}

void Trainer::report_step() {
  constexpr double kSeconds = 0.1;
  if (!watch_.step || since(reported_) < kSeconds) return;
  reported_ = Clock::now();
  StepRecord record;
  record.epoch = progress_.epoch;
  record.epochs = epochs_;
  record.step = progress_.steps;
  record.steps = all_steps_;
  record.loss = progress_.loss / static_cast<double>(std::max<std::int64_t>(1, progress_.batch));
  record.active = progress_.active_share();
  record.rows_per_second = static_cast<double>(rows_done_) / std::max(1e-9, since(start_));
  watch_.step(record);
}

void Trainer::save() {
  if (checkpoint_.file.empty()) return;
  Checkpoint checkpoint;
  checkpoint.identity = checkpoint_.identity;
  step_.save(checkpoint);
  progress_.save(checkpoint);
  write_checkpoint(checkpoint, checkpoint_.file);
  saved_ = Clock::now();
}

void Trainer::restore() {
  const std::optional<Checkpoint> found = read_checkpoint(checkpoint_.file);
  if (!found) {
    if (watch_.note) watch_.note(checkpoint_.file + ": no checkpoint yet, so this starts at the beginning");
    return;
  }
  found->check_identity(checkpoint_.identity, checkpoint_.file);
  progress_.restore(*found);
  step_.restore(*found);
  const auto numbers = static_cast<std::int64_t>(step_.network().parameters().values().size());
  if (progress_.best_epoch > 0) (void)found->get<float>("best", numbers);
  if (watch_.note) {
    watch_.note(checkpoint_.file + ": going on after epoch " + std::to_string(progress_.epoch - 1) +
                ", step " + std::to_string(progress_.steps));
  }
}

TrainedMap Trainer::result() {
  TrainedMap map;
  map.history = progress_.history;
  map.threshold = step_.loss().threshold();
  if (progress_.best_epoch > 0) {
    map.best_epoch = progress_.best_epoch;
    std::copy(progress_.best.begin(), progress_.best.end(), step_.network().parameters().values().begin());
  }
  if (options_.map == MapKind::network) {
    map.network = layers_of(step_.network(), options_);
  } else {
    map.l = linear_map_of(step_.network(), options_);
  }
  return map;
}

TrainedMap Trainer::run() {
  const auto per_epoch = static_cast<std::int64_t>(batches_.of_epoch(1).size());
  epochs_ = resolve_epochs(data_, options_);
  all_steps_ = epochs_ * per_epoch;
  if (checkpoint_.resume) restore();
  if (watch_.begin) watch_.begin(progress_.epoch - 1);
  start_ = saved_ = Clock::now();
  const auto stopped = [&] {
    save();
    TrainedMap map;
    map.stopped = true;
    return map;
  };
  while (progress_.epoch <= epochs_ && !out_of_patience()) {
    const std::vector<Batch> batches = batches_.of_epoch(progress_.epoch);
    while (progress_.batch < static_cast<std::int64_t>(batches.size())) {
      if (stop_requested()) return stopped();
      step(batches[static_cast<std::size_t>(progress_.batch)]);
      report_step();
      if (since(saved_) >= checkpoint_.seconds) save();
    }
    EpochRecord record = record_of(batches.size());
    check_divergence(record.loss, all_finite(step_.network().parameters().values()));
    if (options_.select) {
      try {
        record.valid = validate(step_.network(), data_, options_, watch_.stop);
      } catch (const Interrupted&) {
        return stopped();
      }
      record.seconds = since(start_);
    }
    keep_if_best(record);
    progress_.history.push_back(record);
    ++progress_.epoch;
    progress_.batch = progress_.terms = progress_.active = 0;
    progress_.loss = 0;
    if (watch_.epoch) watch_.epoch(record);
    const bool last = progress_.epoch > epochs_ || out_of_patience();
    if (last || since(saved_) >= checkpoint_.seconds) save();
  }
  return result();
}

}  // namespace

TrainedMap train_with_loss(const TrainingData& data, const LossTraining& options, const TrainingWatch& watch,
                           const CheckpointOptions& checkpoint, const TrainedMap* start) {
  return Trainer(data, options, watch, checkpoint, start).run();
}

}  // namespace nearfar
