#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/console.h"
#include "nearfar/data/dataset.h"
#include "nearfar/io/table.h"
#include "nearfar/mahalanobis/learner.h"
#include "nearfar/model/model.h"

namespace nearfar::cli {

/// The options of learners with their own solver, and what they learn from beside labels and tuples.
struct LearnerArguments {
  LearnerOptions options;
  std::string target;
  std::string chunks;
  std::string init;  ///< a model file

  /// Adds a row for what at least one learner has; each says which learners, and their defaults.
  void add_to(Command& command);
  /// Names the columns to be read as text, in the order in which targets_of and chunks_of look for them.
  void name_columns(TableOptions& table) const;
  /// The column of --target as numbers, one a row; empty without it. Throws Error (data) for other text.
  [[nodiscard]] std::vector<double> targets_of(const Dataset& data, const std::string& file) const;
  /// The column of --chunks as codes, one a row, -1 where the field is empty; empty without it.
  [[nodiscard]] std::vector<std::int32_t> chunks_of(const Dataset& data) const;
  /// Reads the map of --init into `options`; for a method that is trained by a loss, returns the model.
  [[nodiscard]] std::optional<Model> read_init(bool by_loss);
};

/// Refuses (usage) those of the options that were given and that the learner does not have; null: a method
/// without a learner, which has none of them. With --tuples every method has --target.
void refuse_learner_options(const Command& command, const std::string& method, const LearnerInfo* learner);

}  // namespace nearfar::cli
