#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/console.h"
#include "cli/data_options.h"
#include "nearfar/data/tuples.h"
#include "nearfar/training/learn.h"

namespace nearfar::cli {

/// Rows that are held out of training, to tell which epoch is the best, or what a method with its own solver
/// has learned.
struct ValidationOptions {
  std::string file;
  std::string where;
  double fraction = 0;
  std::string strategy = "stratified";
  std::string group;
  std::string select = "map@r";
  std::vector<std::string> no_features;  ///< columns of `file` that are none, where it has them

  void add_to(Command& command, LossTraining& training);
  /// Refuses (usage) what does not go together; sets what is measured.
  void resolve(const Command& command, const DataOptions& data, LearnOptions& learn) const;
  /// Names the columns that hold_out() looks at, behind those already named.
  void name_columns(TableOptions& table) const;
  /// The validation rows, from their own file or taken out of `data`, with the tuples that touch them;
  /// nothing where none are asked for. Throws Error (data) when one of the two parts stays empty.
  [[nodiscard]] std::optional<Dataset> hold_out(const DataOptions& options, std::uint64_t seed, Dataset& data,
                                                std::optional<Tuples>& tuples, Console& console) const;
};

}  // namespace nearfar::cli
