#pragma once

#include <cstdint>
#include <vector>

#include "nearfar/core/matrix.h"
#include "nearfar/loss/loss_function.h"
#include "nearfar/network/network.h"
#include "nearfar/training/batches.h"
#include "nearfar/training/checkpoint.h"
#include "nearfar/training/optimizer.h"
#include "nearfar/training/trainer.h"

namespace nearfar {

/// One step of a training: a batch passes the network to the loss and back, and the optimizers move the
/// numbers of both.
class BatchStep {
 public:
  /// Throws Error (data, usage) as train_with_loss says. Data and options have to outlive this.
  BatchStep(const TrainingData& data, const LossTraining& options, const TrainedMap* start);

  /// Sets the gradients of the network and the loss. `step` counts the batches before this one.
  LossValue find_gradients(const Batch& batch, std::int64_t step);
  /// Whether the network gave numbers for the batch's rows.
  [[nodiscard]] bool finite_images() const;
  /// Deviation of the batch's images from their mean, in parts of their root mean square.
  [[nodiscard]] double spread() const;
  /// Moves the numbers against the gradients, which are clipped; `rate` is the schedule's factor.
  void move(double rate);
  /// Rows of the last batch.
  [[nodiscard]] std::int64_t rows() const { return rows_.rows(); }

  [[nodiscard]] Network& network() { return network_; }
  [[nodiscard]] const LossFunction& loss() const { return loss_; }

  /// The numbers of network, loss and optimizers.
  void save(Checkpoint& checkpoint);
  /// Throws Error (data) for a checkpoint whose arrays do not fit.
  void restore(const Checkpoint& checkpoint);

 private:
  [[nodiscard]] LossGradient evaluate(MatrixView images, const Supervision& supervision);
  void pass_in_parts(const Supervision& supervision);

  const TrainingData& data_;
  const LossTraining& options_;
  Network network_;
  std::vector<ParameterRange> ranges_;
  Optimizer optimizer_;
  LossFunction loss_;
  std::vector<ParameterRange> loss_ranges_;
  Optimizer loss_optimizer_;
  std::int64_t step_ = 0;
  Matrix rows_;
  Matrix joined_;  // images of a batch that passes in parts
  Matrix sums_;    // of the gradients of its parts
  const Matrix* images_ = &joined_;
  LossGradient gradient_;
};

}  // namespace nearfar
