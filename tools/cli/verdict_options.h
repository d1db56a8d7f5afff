#pragma once

#include <span>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/console.h"
#include "nearfar/evaluation/outcome.h"

namespace nearfar::cli {

/// What becomes of an evaluation: gates, the forms of its report, and the exit status. The same for every
/// command that evaluates.
struct VerdictOptions {
  std::vector<std::string> gates;
  std::string format = "text";
  std::string output = "-";

  /// Adds the rows under "Verdict" and "Output".
  void add_to(Command& command);
  /// Refuses (usage) what is wrong whatever the data are, before they are read; `numbers` are the measures
  /// and counts that the outcome will have.
  void check(std::span<const std::string> numbers) const;
  /// Judges the outcome, writes every report, says on standard error which gates failed, and returns the exit
  /// status.
  [[nodiscard]] int finish(const Outcome& outcome, Console& console) const;
};

}  // namespace nearfar::cli
