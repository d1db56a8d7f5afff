#include "nearfar/training/batch_step.h"

#include <algorithm>
#include <cmath>

#include "nearfar/core/error.h"
#include "nearfar/core/parallel.h"
#include "nearfar/core/rows.h"
#include "nearfar/training/starting_network.h"

namespace nearfar {
namespace {

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

}  // namespace

BatchStep::BatchStep(const TrainingData& data, const LossTraining& options, const TrainedMap* start)
    : data_(data),
      options_(options),
      network_(starting_network(data.x, options, start)),
      ranges_(trained_ranges(network_.parameters())),
      optimizer_(static_cast<std::int64_t>(network_.parameters().values().size()), options.optimizer,
                 ranges_),
      loss_({options.loss, options.loss_options, options.distance, network_.output_dim(),
             data.tuples == nullptr ? data.labels->classes() : 0, options.seed, options.threshold}),
      loss_ranges_{{0, static_cast<std::int64_t>(loss_.parameters().size()), false}},
      loss_optimizer_(loss_ranges_.front().end, own_steps(options), loss_ranges_) {
  if (options.accumulate > 1 && network_.couples_rows()) {
    usage_error("--accumulate does not apply to a network with batchnorm",
                "leave --accumulate out, or put layernorm, which has no statistics of a batch, in its place");
  }
}

// The loss of a batch, or of what the miner chooses in it.
LossGradient BatchStep::evaluate(MatrixView images, const Supervision& supervision) {
  if (options_.miner.strategy == nullptr) return loss_.evaluate(images, supervision);
  const Tuples mined = mine_batch(options_.miner, *options_.loss, options_.distance, images, supervision,
                                  options_.seed, step_);
  return loss_.evaluate(images, {{}, &mined, nullptr, true});
}

// The loss sees the whole batch, whose rows pass the network in parts: once for their images, and again, when
// the gradient of the images is known, for that of the weights (Gao, Zhang, Han, Callan 2021,
// arXiv:2101.06983).
void BatchStep::pass_in_parts(const Supervision& supervision) {
  const std::int64_t n = rows_.rows();
  const std::int64_t parts = std::min(options_.accumulate, n);
  const auto begin_of = [&](std::int64_t part) { return n * part / parts; };
  const auto forward = [&](std::int64_t part) -> const Matrix& {
    const std::int64_t begin = begin_of(part);
    return network_.forward(rows_.view().slice(begin, begin_of(part + 1)), {options_.seed, step_, begin});
  };
  joined_.reshape(0, network_.output_dim());
  for (std::int64_t part = 0; part < parts; ++part) joined_.append(forward(part));
  gradient_ = evaluate(joined_, supervision);
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

LossValue BatchStep::find_gradients(const Batch& batch, std::int64_t step) {
  step_ = step;
  gather(data_.x, batch.rows, rows_);
  if (options_.augmentation.any())
    options_.augmentation.apply(rows_, options_.input, options_.channels_last, options_.seed, step_);
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
  if (options_.accumulate > 1) {
    pass_in_parts(supervision);
    images_ = &joined_;
  } else {
    images_ = &network_.forward(rows_, {options_.seed, step_, 0});
    gradient_ = evaluate(*images_, supervision);
    network_.backward(gradient_.gradient);
  }
  return gradient_.loss;
}

bool BatchStep::finite_images() const { return all_finite(*images_); }

double BatchStep::spread() const { return relative_spread(*images_); }

void BatchStep::move(double rate) {
  double scale = 1;
  if (options_.clip_norm > 0) {
    const double norm = gradient_norm(network_.parameters().gradients(), ranges_);
    if (norm > options_.clip_norm) scale = options_.clip_norm / norm;
  }
  optimizer_.step(network_.parameters().values(), network_.parameters().gradients(), rate, scale);
  if (!loss_.parameters().empty()) loss_optimizer_.step(loss_.parameters(), loss_.gradients(), rate, 1);
}

void BatchStep::save(Checkpoint& checkpoint) {
  const std::span<float> values = network_.parameters().values();
  checkpoint.add("parameters", std::vector<float>(values.begin(), values.end()));
  optimizer_.save(checkpoint, "optimizer.");
  loss_optimizer_.save(checkpoint, "loss-optimizer.");
  for (const LossFunction::Array& array : loss_.state()) checkpoint.add("loss." + array.name, array.values);
}

void BatchStep::restore(const Checkpoint& checkpoint) {
  const std::span<float> values = network_.parameters().values();
  const auto& parameters = checkpoint.get<float>("parameters", static_cast<std::int64_t>(values.size()));
  std::copy(parameters.begin(), parameters.end(), values.begin());
  optimizer_.restore(checkpoint, "optimizer.");
  loss_optimizer_.restore(checkpoint, "loss-optimizer.");
  std::vector<LossFunction::Array> state;
  for (const Checkpoint::Array& array : checkpoint.arrays) {
    if (!array.name.starts_with("loss.")) continue;
    state.push_back({array.name.substr(5), checkpoint.get<float>(array.name)});
  }
  loss_.restore(state);
}

}  // namespace nearfar
