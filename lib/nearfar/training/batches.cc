#include "nearfar/training/batches.h"

#include <algorithm>

#include "nearfar/core/error.h"

namespace nearfar {
namespace {

// Rows of each class in a batch, where the options leave it open.
std::int64_t samples_per_class(const LossTraining& options, const Labels& labels) {
  if (options.samples_per_class > 0) return options.samples_per_class;
  const std::int64_t classes = std::min<std::int64_t>(options.classes_per_batch, labels.label_count());
  return std::max<std::int64_t>(2, 160 / std::max<std::int64_t>(1, classes));
}

}  // namespace

Batches::Batches(const TrainingData& data, const LossTraining& options) {
  if (data.tuples == nullptr) {
    by_class_ = std::make_unique<ClassSampler>(*data.labels, options.classes_per_batch,
                                               samples_per_class(options, *data.labels), options.seed);
  } else {
    by_tuple_ = std::make_unique<TupleSampler>(*data.tuples, options.batch_size, options.seed);
  }
}

std::int64_t default_epochs(std::int64_t batches_per_epoch) {
  constexpr std::int64_t kPasses = 30;
  constexpr std::int64_t kSteps = 500;
  return std::max(kPasses, (kSteps + batches_per_epoch - 1) / batches_per_epoch);
}

std::int64_t resolve_epochs(const TrainingData& data, const LossTraining& options) {
  if (data.tuples != nullptr && data.tuples->size() == 0)
    data_error("there are no tuples, so there is nothing to learn from", {}, "is --tuples-where right?");
  if (options.epochs > 0) return options.epochs;
  return default_epochs(static_cast<std::int64_t>(Batches(data, options).of_epoch(1).size()));
}

}  // namespace nearfar
