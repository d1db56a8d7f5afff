#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/evaluation/outcome.h"
#include "nearfar/evaluation/verdict.h"

namespace nearfar {

/// What an evaluation found and what it means, ready to be written in any form.
struct Report {
  std::string command;  ///< "eval-retrieval"
  const Outcome& outcome;
  const Verdict& verdict;
};

struct ReportFormat {
  std::string_view name;
  std::string_view meaning;
  std::string (*render)(const Report& report);
};
[[nodiscard]] NEARFAR_EXPORT std::span<const ReportFormat> report_formats();
/// By name; `option` is for the message. Throws Error (usage) that lists the names.
[[nodiscard]] NEARFAR_EXPORT const ReportFormat& report_format(std::string_view name,
                                                               std::string_view option = "--format");

/// One row a unit: id (without ids: its number), the measures that have values of single units, whole
/// numbers; empty where it was not counted. CSV.
[[nodiscard]] NEARFAR_EXPORT std::string per_unit_csv(const Outcome& outcome);

/// Workflow commands for GitHub's log, one a line, for the gates that did not pass and those that are
/// inconclusive: at most 10, the last of which counts the rest. Empty when every gate passed.
[[nodiscard]] NEARFAR_EXPORT std::vector<std::string> github_annotations(const Report& report);

/// What a gate found, in one line, with enough digits to see it: "is 0.6100", with the bounds of a drop and
/// how it was decided.
[[nodiscard]] NEARFAR_EXPORT std::string gate_finding(const GateVerdict& gate, const Verdict& verdict);

}  // namespace nearfar
