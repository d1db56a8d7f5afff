#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/data/dataset.h"
#include "nearfar/data/tuples.h"
#include "nearfar/mahalanobis/learner.h"
#include "nearfar/model/model.h"
#include "nearfar/training/gains.h"
#include "nearfar/training/network_options.h"
#include "nearfar/training/trainer.h"

namespace nearfar {

/// Everything train-metric can be told; unset members take the defaults of the method or loss.
struct LearnOptions {
  std::string method = "linear";
  std::string loss;        ///< "": default_loss()
  std::string features;    ///< the selector that chose them, for the record; "" by default
  std::string preprocess;  ///< "": the default for the method and the data
  std::string distance;    ///< "": the loss's default
  std::vector<std::pair<std::string, double>> loss_options;  ///< those given, by name; a switch is 1
  std::optional<std::string> reduction;
  NetworkOptions network;        ///< of mlp and cnn
  const Model* init = nullptr;   ///< a model whose weights training starts from
  CheckpointOptions checkpoint;  ///< its identity is filled
  /// Of `training`: whether the user chose it. One that is not chosen is lowered for wide maps
  /// (wide_map_factor).
  bool rate_given = false;
  std::int64_t memory = 0;  ///< rows of earlier batches that anchors are compared with too
  std::string miner;        ///< a strategy inside each batch, "" for none
  std::vector<std::pair<std::string, std::string>> miner_options;  ///< those given, by the strategy's names
  /// Of graded pairs, lowest and highest, where the loss needs cosines: mapped to [0, 1].
  std::optional<std::pair<double, double>> similarity_range;
  LossTraining training;   ///< loss, distance and loss_options are filled from the members above
  LearnerOptions learner;  ///< of a method with its own solver; dim and seed are filled from `training`
};

/// What is known of the rows beside their labels, which are in the data.
struct SideInformation {
  SideInformation() = default;
  SideInformation(const Tuples* known) : tuples(known) {}  // NOLINT(google-explicit-constructor)

  const Tuples* tuples = nullptr;
  std::span<const double> targets = {};       ///< one a row, of a regression
  std::span<const std::int32_t> chunks = {};  ///< one code a row, -1 for a row in none
  /// Labelled rows that LossTraining::select is measured on, or what a learner has learned.
  const Dataset* valid = nullptr;
};

/// What a training went through, step by step as its log tells it, and what came of it.
struct LearnHistory {
  std::vector<EpochRecord> epochs;  ///< of a method that is trained by a loss; those before a resume too
  /// Of a method with its own solver; those before a resume too, as far as its checkpoint knows them.
  std::vector<IterationRecord> iterations;
  std::vector<Gains> gains;  ///< on training rows and on validation rows, where they were measured
};

/// What learning reports on its way; any of them may be empty.
struct LearnWatch {
  TrainingWatch training = {};  ///< epoch and step are of a method that is trained by a loss
  std::function<void(const IterationRecord&)> iteration = {};  ///< of a method with its own solver
  std::function<void(const std::string&)> note = {};           ///< one line for the user
  LearnHistory* history = nullptr;                             ///< is filled, where it is there
};

/// Thrown by learn() when TrainingWatch::stop has ended it; the checkpoint has been written.
struct TrainingStopped {};

struct MethodInfo {
  std::string_view name;
  std::string_view meaning;
  std::string_view source;
  bool by_loss;                ///< trained by a loss; needs labels or tuples
  const LearnerInfo* learner;  ///< with its own solver; null when trained by a loss
};
[[nodiscard]] NEARFAR_EXPORT std::span<const MethodInfo> methods();
/// By name. Throws Error (usage) that lists the names.
[[nodiscard]] NEARFAR_EXPORT const MethodInfo& method_info(std::string_view name);

/// The preprocessing that applies when none is named: none for identity and for cosine, angular and dot,
/// none for a residual network; scale:255 for unsigned bytes, else standardize.
[[nodiscard]] NEARFAR_EXPORT std::string default_preprocessing(const LearnOptions& options,
                                                               const Dataset& data);

/// The loss that applies when none is named, by what there is to learn from: from labels (no tuples) and
/// triplets triplet; from pairs logistic, whose threshold tells same from different, or contrastive for a
/// distance that it is not defined for; from graded pairs cosent.
[[nodiscard]] NEARFAR_EXPORT std::string default_loss(const LearnOptions& options, const Tuples* tuples);

/// Throws Error (usage) for options that do not fit together, as far as that can be told without data: those
/// of a loss where it is named.
NEARFAR_EXPORT void check_options(const LearnOptions& options);

/// Fits the preprocessing, learns the map and packs both into a model. Throws Error: usage for options that
/// do not fit together, data when there is nothing to learn from or a checkpoint is of another run, numerical
/// on divergence; and TrainingStopped.
[[nodiscard]] NEARFAR_EXPORT Model learn(const Dataset& data, const SideInformation& supervision,
                                         const LearnOptions& options, const LearnWatch& watch);

}  // namespace nearfar
