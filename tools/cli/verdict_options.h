#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/console.h"
#include "nearfar/evaluation/gate.h"
#include "nearfar/evaluation/outcome.h"
#include "nearfar/evaluation/verdict.h"

namespace nearfar::cli {

/// What becomes of an evaluation: intervals, comparison, gates, the forms of its report, and the exit status.
/// The same for every command that evaluates.
struct VerdictOptions {
  std::vector<std::string> gates;
  std::string baseline;
  std::string write_baseline;
  std::string inconclusive = "point";
  std::string intervals = "bca";
  std::int64_t resamples = 0;  ///< 0: 2,000, or 10,000 with a baseline
  double confidence = 0.95;
  std::string format = "text";
  std::vector<std::string> writes;  ///< FORMAT:FILE
  std::string per_query;
  std::string output = "-";

  /// Adds the rows under "Verdict" and "Output".
  void add_to(Command& command);
  /// Refuses (usage) what is wrong whatever the data are, before they are read, and then reads the baseline.
  /// `numbers` are the measures and counts that the outcome will have, `columns` those of its slices.
  void prepare(std::span<const std::string> numbers, std::span<const std::string> columns);
  /// Whether a page will be made, which shows a portrait of what was measured.
  [[nodiscard]] bool wants_page() const;
  /// Whether anything looks at the ids of the units.
  [[nodiscard]] bool names_units() const {
    return intervals != "none" || !baseline.empty() || !write_baseline.empty() || !per_query.empty();
  }
  /// Judges the outcome, writes every report and file that was asked for, says on standard error which gates
  /// failed, and returns the exit status. Throws Error (data) for what cannot be compared or decided, in
  /// which case nothing is written.
  [[nodiscard]] int finish(const Command& command, const Outcome& outcome, Console& console) const;

 private:
  [[nodiscard]] JudgeOptions judge_options(const Command& command) const;

  std::optional<Baseline> before_;
};

}  // namespace nearfar::cli
