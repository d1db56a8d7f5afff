#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/command.h"
#include "nearfar/training/learn.h"

namespace nearfar::cli {

/// --loss, --reduction, --miner, --memory and the options of all losses, each declared in the loss table
/// (LossOptionInfo); what the chosen loss does not have is refused where the loss is resolved.
struct LossChoice {
  std::string loss;       ///< "" when it is not given
  std::string reduction;  ///< the same
  std::int64_t memory = 0;
  std::string miner;
  std::vector<std::pair<std::string, std::string>> miner_options;  ///< by the strategy's names
  std::optional<std::pair<double, double>> similarity_range;
  std::vector<std::pair<std::string, double>> given;  ///< options by name; a switch is 1 or 0

  void add_to(Command& command);
  /// Hands all of them on.
  void fill(LearnOptions& learn) const;
  /// Refuses (usage) whichever was given for a method that has no loss.
  static void refuse(const Command& command, const std::string& what);
};

}  // namespace nearfar::cli
