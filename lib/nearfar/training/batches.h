#pragma once

#include <memory>
#include <vector>

#include "nearfar/training/sampler.h"
#include "nearfar/training/trainer.h"

namespace nearfar {

/// The batches of a training from labels (P x K rows) or from tuples: a function of data, options and epoch,
/// so that a training goes on anywhere. `data` must outlive it.
class Batches {
 public:
  /// Throws Error (data) where there is nothing to learn from.
  Batches(const TrainingData& data, const LossTraining& options);
  [[nodiscard]] std::vector<Batch> of_epoch(std::int64_t epoch) const {
    return by_class_ ? by_class_->epoch(epoch) : by_tuple_->epoch(epoch);
  }

 private:
  std::unique_ptr<ClassSampler> by_class_;
  std::unique_ptr<TupleSampler> by_tuple_;
};

}  // namespace nearfar
