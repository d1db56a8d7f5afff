#include "nearfar/training/trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "nearfar/core/error.h"
#include "nearfar/core/parallel.h"
#include "nearfar/core/rows.h"
#include "nearfar/core/text.h"
#include "nearfar/loss/loss_function.h"
#include "nearfar/training/batches.h"
#include "nearfar/training/checkpoint.h"
#include "nearfar/training/progress.h"
#include "nearfar/training/starting_network.h"
#include "nearfar/training/validation.h"

namespace nearfar {
namespace {

using Clock = std::chrono::steady_clock;

double since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

void gather(MatrixView x, const std::vector<std::int64_t>& rows, Matrix& part) {
  part.reshape(static_cast<std::int64_t>(rows.size()), x.cols);
  constexpr std::int64_t kRows = 64;
  parallel_ranges(part.rows(), kRows, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i)
      std::copy_n(x.row(rows[static_cast<std::size_t>(i)]), x.cols, part.row(i));
  });
}

std::vector<ParameterRange> trained_ranges(const Parameters& parameters) {
  std::vector<ParameterRange> ranges;
  for (const Tensor& tensor : parameters.tensors()) {
    if (tensor.kind != TensorKind::statistic)
      ranges.push_back({tensor.begin, tensor.begin + tensor.size, tensor.kind == TensorKind::weight});
  }
  return ranges;
}

// Deviation of the rows from their mean, in parts of their root mean square.
double relative_spread(const Matrix& images) {
  double squares = 0;
  double deviations = 0;
  for (std::int64_t j = 0; j < images.cols(); ++j) {
    double sum = 0;
    double sum_squares = 0;
    for (std::int64_t i = 0; i < images.rows(); ++i) {
      const auto value = static_cast<double>(images(i, j));
      sum += value;
      sum_squares += value * value;
    }
    squares += sum_squares;
    deviations += sum_squares - sum * sum / static_cast<double>(images.rows());
  }
  return squares > 0 ? std::sqrt(std::max(0.0, deviations) / squares) : 0;
}

// A threshold is a distance: it is stepped in parts of the one that it starts at.
OptimizerOptions own_steps(const LossTraining& options) {
  OptimizerOptions own = options.optimizer;
  if (options.loss->own == OwnWeights::threshold && own.learning_rate > 0)
    own.learning_rate = options.threshold_rate * options.threshold;
  return own;
}

class Trainer {
 public:
  Trainer(const TrainingData& data, const LossTraining& options, const TrainingWatch& watch,
          const CheckpointOptions& checkpoint, const TrainedMap* start)
      : data_(data),
        options_(options),
        watch_(watch),
        checkpoint_(checkpoint),
        network_(starting_network(data.x, options, start)),
        ranges_(trained_ranges(network_.parameters())),
        optimizer_(static_cast<std::int64_t>(network_.parameters().values().size()), options.optimizer,
                   ranges_),
        loss_({options.loss, options.loss_options, options.distance, network_.output_dim(),
               data.tuples == nullptr ? data.labels->classes() : 0, options.seed, options.threshold}),
        loss_ranges_{{0, static_cast<std::int64_t>(loss_.parameters().size()), false}},
        loss_optimizer_(loss_ranges_.front().end, own_steps(options), loss_ranges_),
        batches_(data, options) {
    if (options.accumulate > 1 && network_.couples_rows()) {
      usage_error(
          "--accumulate does not apply to a network with batchnorm",
          "leave --accumulate out, or put layernorm, which has no statistics of a batch, in its place");
    }
  }

  TrainedMap run();

 private:
  void step(const Batch& batch);
  [[nodiscard]] LossGradient evaluate(MatrixView images, const Supervision& supervision);
  void pass_in_parts(const Supervision& supervision);
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
  Network network_;
  std::vector<ParameterRange> ranges_;
  Optimizer optimizer_;
  LossFunction loss_;
  std::vector<ParameterRange> loss_ranges_;
  Optimizer loss_optimizer_;
  Batches batches_;
  Progress progress_;

  std::int64_t epochs_ = 0;
  std::int64_t all_steps_ = 0;
  Matrix rows_;
  Matrix images_;  // of a batch that passes in parts
  Matrix sums_;    // of the gradients of its parts
  LossGradient gradient_;
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

// The loss of a batch, or of what the miner chooses in it.
LossGradient Trainer::evaluate(MatrixView images, const Supervision& supervision) {
  if (options_.miner.strategy == nullptr) return loss_.evaluate(images, supervision);
  const Tuples mined = mine_batch(options_.miner, *options_.loss, options_.distance, images, supervision,
                                  options_.seed, progress_.steps);
  return loss_.evaluate(images, {{}, &mined, nullptr, true});
}

// The loss sees the whole batch, whose rows pass the network in parts: once for their images, and again, when
// the gradient of the images is known, for that of the weights (Gao, Zhang, Han, Callan 2021,
// arXiv:2101.06983).
void Trainer::pass_in_parts(const Supervision& supervision) {
  const std::int64_t n = rows_.rows();
  const std::int64_t parts = std::min(options_.accumulate, n);
  const auto begin_of = [&](std::int64_t part) { return n * part / parts; };
  const auto forward = [&](std::int64_t part) -> const Matrix& {
    const std::int64_t begin = begin_of(part);
    return network_.forward(rows_.view().slice(begin, begin_of(part + 1)),
                            {options_.seed, progress_.steps, begin});
  };
  images_.reshape(0, network_.output_dim());
  for (std::int64_t part = 0; part < parts; ++part) images_.append(forward(part));
  gradient_ = evaluate(images_, supervision);
  const std::span<float> total = network_.parameters().gradients();
  sums_.reshape(1, static_cast<std::int64_t>(total.size()));
  std::fill(sums_.data(), sums_.data() + sums_.size(), 0.0F);
  for (std::int64_t part = 0; part < parts; ++part) {
    (void)forward(part);
    network_.backward(gradient_.gradient.view().slice(begin_of(part), begin_of(part + 1)));
    for (std::size_t i = 0; i < total.size(); ++i) sums_.data()[i] += total[i];
  }
  std::copy_n(sums_.data(), total.size(), total.data());
}

void Trainer::step(const Batch& batch) {
  gather(data_.x, batch.rows, rows_);
  if (options_.augmentation.any()) {
    options_.augmentation.apply(rows_, options_.input, options_.channels_last, options_.seed,
                                progress_.steps);
  }
  std::vector<std::int32_t> codes;
  Supervision supervision;
  if (data_.tuples == nullptr) {
    for (const std::int64_t row : batch.rows)
      codes.push_back(data_.labels->codes[static_cast<std::size_t>(row)]);
    supervision.labels = codes;
    if (data_.labels->several()) supervision.sets = data_.labels;
  } else {
    supervision.tuples = &batch.tuples;
  }
  const Matrix* images = &images_;
  if (options_.accumulate > 1) {
    pass_in_parts(supervision);
  } else {
    images = &network_.forward(rows_, {options_.seed, progress_.steps, 0});
    gradient_ = evaluate(*images, supervision);
    network_.backward(gradient_.gradient);
  }
  const double loss = gradient_.loss.value;
  if (progress_.steps == 0) progress_.first_loss = loss;
  check_divergence(loss, all_finite(*images));
  if (progress_.batch == 0) spread_ = relative_spread(*images);

  const double rate = options_.schedule.factor(progress_.steps, all_steps_, progress_.epoch);
  double scale = 1;
  if (options_.clip_norm > 0) {
    const double norm = gradient_norm(network_.parameters().gradients(), ranges_);
    if (norm > options_.clip_norm) scale = options_.clip_norm / norm;
  }
  optimizer_.step(network_.parameters().values(), network_.parameters().gradients(), rate, scale);
  if (!loss_.parameters().empty()) loss_optimizer_.step(loss_.parameters(), loss_.gradients(), rate, 1);

  progress_.loss += loss;
  progress_.terms += gradient_.loss.terms;
  progress_.active += gradient_.loss.active;
  ++progress_.steps;
  ++progress_.batch;
  rows_done_ += rows_.rows();
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
  const std::span<float> values = network_.parameters().values();
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
  const std::span<float> values = network_.parameters().values();
  checkpoint.add("parameters", std::vector<float>(values.begin(), values.end()));
  optimizer_.save(checkpoint, "optimizer.");
  loss_optimizer_.save(checkpoint, "loss-optimizer.");
  for (const LossFunction::Array& array : loss_.state()) checkpoint.add("loss." + array.name, array.values);
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
  const std::span<float> values = network_.parameters().values();
  const auto& parameters = found->get<float>("parameters", static_cast<std::int64_t>(values.size()));
  std::copy(parameters.begin(), parameters.end(), values.begin());
  if (progress_.best_epoch > 0) (void)found->get<float>("best", static_cast<std::int64_t>(values.size()));
  optimizer_.restore(*found, "optimizer.");
  loss_optimizer_.restore(*found, "loss-optimizer.");
  std::vector<LossFunction::Array> state;
  for (const Checkpoint::Array& array : found->arrays) {
    if (!array.name.starts_with("loss.")) continue;
    state.push_back({array.name.substr(5), found->get<float>(array.name)});
  }
  loss_.restore(state);
  if (watch_.note) {
    watch_.note(checkpoint_.file + ": going on after epoch " + std::to_string(progress_.epoch - 1) +
                ", step " + std::to_string(progress_.steps));
  }
}

TrainedMap Trainer::result() {
  TrainedMap map;
  map.history = progress_.history;
  map.threshold = loss_.threshold();
  if (progress_.best_epoch > 0) {
    map.best_epoch = progress_.best_epoch;
    std::copy(progress_.best.begin(), progress_.best.end(), network_.parameters().values().begin());
  }
  if (options_.map == MapKind::network) {
    map.network = layers_of(network_, options_);
  } else {
    map.l = linear_map_of(network_, options_);
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
    check_divergence(record.loss, all_finite(network_.parameters().values()));
    if (options_.select) {
      try {
        record.valid = validate(network_, data_, options_, watch_.stop);
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
