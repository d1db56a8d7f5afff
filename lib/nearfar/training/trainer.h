#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/data/dataset.h"
#include "nearfar/data/tuples.h"
#include "nearfar/loss/loss.h"
#include "nearfar/training/batch_miner.h"
#include "nearfar/training/optimizer.h"

namespace nearfar {

struct LossTraining {
  const LossInfo* loss = nullptr;
  LossOptions loss_options;
  BatchMining miner;  ///< from labels only
  DistanceKind distance = DistanceKind::euclidean;
  bool diagonal = false;  ///< one weight a feature in place of a full L
  bool normalize = false;
  std::int64_t dim = 0;           ///< rows of L; 0: as many as features
  std::int64_t epochs = 0;        ///< 0: default_epochs
  std::int64_t batch_size = 128;  ///< tuples
  std::int64_t classes_per_batch = 16;
  std::int64_t samples_per_class = 0;  ///< 0: 160 / min(classes_per_batch, classes), at least 2
  AdamOptions adam;
  std::uint64_t seed = 0;
};

/// What one epoch came to.
struct EpochRecord {
  std::int64_t epoch = 0;   ///< from 1
  std::int64_t epochs = 0;  ///< in all
  std::int64_t steps = 0;   ///< batches so far
  double loss = 0;          ///< mean over the epoch's batches
  double active = 0;        ///< share of pairs or triplets with a positive loss
  double learning_rate = 0;
  double seconds = 0;  ///< since the start; not part of any result
};

/// 30 passes, or on small data as many as it takes for 500 steps.
[[nodiscard]] NEARFAR_EXPORT std::int64_t default_epochs(std::int64_t batches_per_epoch);

struct TrainedMap {
  Matrix l;
  std::vector<EpochRecord> history;
};

/// Trains L (dim x d) with Adam on rows of x, supervised by `labels` (P x K batches) or, if not null, by
/// `tuples`.
///
/// L starts at the first `dim` principal directions of x (at the identity when dim is d), scaled so that the
/// root mean squared distance between images of two rows is sqrt(2), that of random unit vectors: margins
/// then mean the same on every data set. The same seed gives the same bits for any number of threads. Throws
/// Error (data: nothing to learn from; numerical: diverged).
[[nodiscard]] NEARFAR_EXPORT TrainedMap
train_with_loss(MatrixView x, const Labels& labels, const Tuples* tuples, const LossTraining& options,
                const std::function<void(const EpochRecord&)>& progress);

}  // namespace nearfar
