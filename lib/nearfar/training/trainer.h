#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/data/dataset.h"
#include "nearfar/data/tuples.h"
#include "nearfar/evaluation/measures.h"
#include "nearfar/loss/loss.h"
#include "nearfar/network/shape.h"
#include "nearfar/training/augmentation.h"
#include "nearfar/training/batch_miner.h"
#include "nearfar/training/optimizer.h"
#include "nearfar/training/schedule.h"

namespace nearfar {

class Network;

/// What a loss trains.
enum class MapKind {
  linear,    ///< one full L
  diagonal,  ///< one weight a feature
  network    ///< the layers of LossTraining::network
};

struct LossTraining {
  const LossInfo* loss = nullptr;
  LossOptions loss_options;
  BatchMining miner;  ///< from labels only
  DistanceKind distance = DistanceKind::euclidean;
  MapKind map = MapKind::linear;
  std::string network;         ///< its layers, as Network reads them, without a last normalize
  Shape input;                 ///< of a row, for a network; flat of length 0: a vector of all features
  bool channels_last = false;  ///< rows are H x W x C, not C x H x W
  bool normalize = false;
  std::int64_t dim = 0;           ///< rows of L; 0: as many as features
  std::int64_t epochs = 0;        ///< 0: default_epochs
  std::int64_t batch_size = 128;  ///< tuples
  std::int64_t classes_per_batch = 16;
  std::int64_t samples_per_class = 0;  ///< 0: 160 / min(classes_per_batch, classes), at least 2
  std::int64_t accumulate = 1;         ///< parts in which a batch passes the network
  OptimizerOptions optimizer;
  Schedule schedule;
  double clip_norm = 0;  ///< 0: gradients are not clipped
  Augmentation augmentation;
  std::optional<Measure>
      select;                 ///< what is measured on the validation rows, and decides which epoch is kept
  std::int64_t patience = 0;  ///< epochs without a better value after which training ends; 0: never
  std::uint64_t seed = 0;
  double unit = 1;                ///< what a margin of 1 stands for: see starting_unit()
  double threshold = 1;           ///< where the loss's own threshold starts
  double threshold_rate = 0.001;  ///< its learning rate, in parts of where it starts
};

/// What one epoch came to.
struct EpochRecord {
  std::int64_t epoch = 0;   ///< from 1
  std::int64_t epochs = 0;  ///< in all
  std::int64_t steps = 0;   ///< batches so far
  double loss = 0;          ///< mean over the epoch's batches
  double active = 0;        ///< share of the loss's terms with a positive value
  double learning_rate = 0;
  double spread = 0;  ///< of the embeddings of the last batch: their deviation, in parts of their length
  std::optional<double> valid;  ///< the measure on the validation rows
  double seconds = 0;           ///< since the start; not part of any result
};

/// Where training stands within an epoch, for people.
struct StepRecord {
  std::int64_t epoch = 0;
  std::int64_t epochs = 0;
  std::int64_t step = 0;   ///< batches so far
  std::int64_t steps = 0;  ///< in all
  double loss = 0;         ///< mean over the epoch so far
  double active = 0;
  double rows_per_second = 0;
};

/// Where the state of a training is kept, so that it can go on after a stop.
struct CheckpointOptions {
  std::string file;  ///< "": nowhere
  bool resume = false;
  double seconds = 10;  ///< between two checkpoints within an epoch, or between two iterations of a solver
  /// Facts that must be the same for a training to go on: of the data and of all options.
  std::vector<std::pair<std::string, std::string>> identity;
};

/// What training reports on its way, and how it is stopped; any of them may be empty.
struct TrainingWatch {
  std::function<void(const EpochRecord&)> epoch;
  std::function<void(const StepRecord&)> step;  ///< a few times a second
  /// Before the first step: epochs (or iterations of a solver) that are behind, 0 at the start, more where a
  /// checkpoint goes on.
  std::function<void(std::int64_t epochs)> begin;
  /// Asked between steps or iterations: whether to write a checkpoint and end.
  std::function<bool()> stop;
  std::function<void(const std::string&)> note;  ///< one line for the user
};

/// Rows to learn from, with what is known of them, after the preprocessing.
struct TrainingData {
  MatrixView x;
  const Labels* labels = nullptr;  ///< codes one a row; empty when there are none
  const Tuples* tuples = nullptr;  ///< null: from labels
  MatrixView valid_x = {};
  const Labels* valid_labels = nullptr;
};

/// 30 passes, or on small data as many as it takes for 500 steps.
[[nodiscard]] NEARFAR_EXPORT std::int64_t default_epochs(std::int64_t batches_per_epoch);

/// --epochs, or default_epochs of the batches that one has.
[[nodiscard]] std::int64_t resolve_epochs(const TrainingData& data, const LossTraining& options);

struct TrainedMap {
  Matrix l;                                ///< of MapKind::linear and diagonal
  std::shared_ptr<const Network> network;  ///< of MapKind::network
  std::optional<double> threshold;         ///< learned by the loss
  std::vector<EpochRecord> history;
  std::int64_t best_epoch = 0;  ///< the one that was kept, where there are validation rows
  bool stopped = false;         ///< by TrainingWatch::stop; the checkpoint has been written
};

/// Trains a map with the optimizer on rows of data.x, supervised by its labels (P x K batches) or tuples.
///
/// L starts at the first `dim` principal directions of x (at the identity when dim is d), scaled so that the
/// root mean squared distance between images of two rows is sqrt(2), that of random unit vectors: margins
/// then mean the same on every data set. A network starts at random weights (its layers say which), or at
/// those of `start`. The same seed gives the same bits for any number of threads, and after any number of
/// stops. Throws Error (usage: what does not go together; data: nothing to learn from, or a checkpoint of
/// another run; numerical: diverged).
[[nodiscard]] NEARFAR_EXPORT TrainedMap train_with_loss(const TrainingData& data, const LossTraining& options,
                                                        const TrainingWatch& watch = {},
                                                        const CheckpointOptions& checkpoint = {},
                                                        const TrainedMap* start = nullptr);

}  // namespace nearfar
