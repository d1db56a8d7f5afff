#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cli/command.h"

namespace nearfar::cli {

/// --loss, --reduction and the options of all losses, each declared in the loss table (LossOptionInfo); what
/// the chosen loss does not have is refused where the loss is resolved.
struct LossChoice {
  std::string loss;                                   ///< "" when it is not given
  std::string reduction;                              ///< the same
  std::vector<std::pair<std::string, double>> given;  ///< options by name; a switch is 1 or 0

  void add_to(Command& command, const std::string& default_loss);
  /// Refuses (usage) whichever was given for a method that has no loss.
  static void refuse(const Command& command, const std::string& what);
};

}  // namespace nearfar::cli
