#pragma once

#include <string>

#include "cli/command.h"
#include "nearfar/training/learn.h"

namespace nearfar::cli {

/// The options of training by a loss: layers, batches, optimizer, checkpoints. They go straight into a
/// LearnOptions; those that need reading are kept here as text.
struct TrainingArguments {
  std::string optimizer = "adam";
  std::string schedule = "constant";
  std::string augment;
  std::string log;

  /// Adds the rows; their targets are members of `learn` and of this.
  void add_to(Command& command, LearnOptions& learn);
  /// Reads the texts, and refuses (usage) what does not go together or not with the method.
  void resolve(const Command& command, LearnOptions& learn, bool from_tuples) const;
};

}  // namespace nearfar::cli
