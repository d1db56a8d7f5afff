#include "nearfar/training/trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "nearfar/core/error.h"
#include "nearfar/core/text.h"
#include "nearfar/data/preprocess.h"
#include "nearfar/loss/loss_function.h"
#include "nearfar/mahalanobis/closed_form.h"
#include "nearfar/network/diagonal.h"
#include "nearfar/network/linear.h"
#include "nearfar/network/normalize.h"
#include "nearfar/training/sampler.h"

namespace nearfar {
namespace {

// The mean squared distance between images of two rows is twice the sum of the variances of L x.
double spread(const Matrix& images) {
  const std::vector<double> mean = column_means(images);
  double variance = 0;
  for (std::int64_t i = 0; i < images.rows(); ++i) {
    for (std::int64_t j = 0; j < images.cols(); ++j) {
      const double delta = static_cast<double>(images(i, j)) - mean[static_cast<std::size_t>(j)];
      variance += delta * delta;
    }
  }
  return 2 * variance / static_cast<double>(images.rows());
}

Matrix starting_map(MatrixView x, const LossTraining& options) {
  const std::int64_t dim = options.dim == 0 ? x.cols : options.dim;
  if (dim > x.cols) {
    data_error("--dim " + std::to_string(dim) + " is more than the " + grouped(x.cols) +
                   " features (after preprocessing)",
               {}, "a linear map cannot add dimensions");
  }
  Matrix l = dim == x.cols ? identity_map(x, 0) : pca_map(x, dim);
  const double squares = spread(Linear(l).forward(x));
  if (!(squares > 0)) data_error("all rows are the same, so there is nothing to learn");
  const auto scale = static_cast<float>(std::sqrt(2 / squares));
  for (std::int64_t i = 0; i < l.rows(); ++i) {
    for (std::int64_t j = 0; j < l.cols(); ++j) l(i, j) *= scale;
  }
  return l;
}

Network build(const Matrix& start, const LossTraining& options) {
  Network network;
  if (options.diagonal) {
    std::vector<float> weights;
    for (std::int64_t j = 0; j < start.cols(); ++j) weights.push_back(start(j, j));
    network.add(std::make_unique<Diagonal>(std::move(weights)));
  } else {
    network.add(std::make_unique<Linear>(start));
  }
  if (options.normalize) network.add(std::make_unique<Normalize>(start.rows()));
  return network;
}

Matrix gather(MatrixView x, const std::vector<std::int64_t>& rows) {
  Matrix part(static_cast<std::int64_t>(rows.size()), x.cols);
  for (std::size_t i = 0; i < rows.size(); ++i)
    std::copy_n(x.row(rows[i]), x.cols, part.row(static_cast<std::int64_t>(i)));
  return part;
}

Matrix map_of(Network& network, const LossTraining& options, const Matrix& start) {
  const std::span<float> parameters = network.layers().front()->parameters();
  Matrix l(start.rows(), start.cols());
  for (std::int64_t i = 0; i < l.rows(); ++i) {
    for (std::int64_t j = 0; j < l.cols(); ++j) {
      const auto at = static_cast<std::size_t>(options.diagonal ? j : i * l.cols() + j);
      if (!options.diagonal || i == j) l(i, j) = parameters[at];
    }
  }
  return l;
}

// Diverged: not finite, or a million times the loss that the untrained map had on the first batch.
void check_convergence(double loss, double first_loss, std::span<const float> parameters,
                       std::int64_t epoch) {
  const bool finite = std::isfinite(loss) && std::all_of(parameters.begin(), parameters.end(),
                                                         [](float p) { return std::isfinite(p); });
  if (finite && loss <= 1e6 * std::max(first_loss, 1.0)) return;
  numerical_error("training diverged in epoch " + std::to_string(epoch) + ": " +
                      (finite ? "the loss is " + number_text(static_cast<float>(loss))
                              : "the loss or the map is not finite"),
                  "lower --lr, or rescale the features with --preprocess standardize");
}

}  // namespace

std::int64_t default_epochs(std::int64_t batches_per_epoch) {
  constexpr std::int64_t kPasses = 30;
  constexpr std::int64_t kSteps = 500;
  return std::max(kPasses, (kSteps + batches_per_epoch - 1) / batches_per_epoch);
}

TrainedMap train_with_loss(MatrixView x, const Labels& labels, const Tuples* tuples,
                           const LossTraining& options,
                           const std::function<void(const EpochRecord&)>& progress) {
  if (tuples != nullptr && tuples->size() == 0)
    data_error("there are no tuples, so there is nothing to learn from");
  const auto start_time = std::chrono::steady_clock::now();
  const Matrix start = starting_map(x, options);
  Network network = build(start, options);
  Layer& map = *network.layers().front();
  Adam adam(map.parameters().size(), options.adam);
  LossFunction loss(
      {options.loss, options.loss_options, options.distance, start.rows(), labels.classes(), options.seed});
  Adam loss_adam(loss.parameters().size(), options.adam);
  const std::int64_t samples =
      options.samples_per_class > 0
          ? options.samples_per_class
          : std::max<std::int64_t>(
                2, 160 / std::max<std::int64_t>(
                             1, std::min<std::int64_t>(options.classes_per_batch, labels.label_count())));
  std::unique_ptr<ClassSampler> by_class;
  std::unique_ptr<TupleSampler> by_tuple;
  if (tuples == nullptr) {
    by_class = std::make_unique<ClassSampler>(labels, options.classes_per_batch, samples, options.seed);
  } else {
    by_tuple = std::make_unique<TupleSampler>(*tuples, options.batch_size, options.seed);
  }
  TrainedMap result;
  std::int64_t steps = 0;
  double first_loss = 0;
  const auto batches_of = [&](std::int64_t epoch) {
    return by_class ? by_class->epoch(epoch) : by_tuple->epoch(epoch);
  };
  const std::int64_t epochs =
      options.epochs > 0 ? options.epochs : default_epochs(static_cast<std::int64_t>(batches_of(1).size()));
  for (std::int64_t epoch = 1; epoch <= epochs; ++epoch) {
    EpochRecord record;
    record.epoch = epoch;
    record.epochs = epochs;
    std::int64_t terms = 0;
    std::int64_t active = 0;
    const std::vector<Batch> batches = batches_of(epoch);
    for (const Batch& batch : batches) {
      const Matrix rows = gather(x, batch.rows);
      std::vector<std::int32_t> codes;
      Supervision supervision;
      if (by_class) {
        for (const std::int64_t row : batch.rows)
          codes.push_back(labels.codes[static_cast<std::size_t>(row)]);
        supervision.labels = codes;
        if (labels.several()) supervision.sets = &labels;
      } else {
        supervision.tuples = &batch.tuples;
      }
      const Matrix& images = network.forward(rows);
      Tuples mined;
      if (options.miner.strategy != nullptr) {
        mined = mine_batch(options.miner, *options.loss, options.distance, images, supervision, options.seed,
                           steps);
        supervision = {{}, &mined, nullptr, true};
      }
      const LossGradient step = loss.evaluate(images, supervision);
      network.backward(step.gradient);
      adam.step(map.parameters(), map.gradients());
      loss_adam.step(loss.parameters(), loss.gradients());
      if (steps == 0) first_loss = step.loss.value;
      check_convergence(step.loss.value, first_loss, map.parameters(), epoch);
      record.loss += step.loss.value / static_cast<double>(batches.size());
      terms += step.loss.terms;
      active += step.loss.active;
      ++steps;
    }
    record.steps = steps;
    record.active = terms > 0 ? static_cast<double>(active) / static_cast<double>(terms) : 0;
    record.learning_rate = options.adam.learning_rate;
    record.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_time).count();
    result.history.push_back(record);
    if (progress) progress(record);
  }
  result.l = map_of(network, options, start);
  return result;
}

}  // namespace nearfar
