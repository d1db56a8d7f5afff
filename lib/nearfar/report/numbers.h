#pragma once

#include <optional>
#include <string>

#include "nearfar/evaluation/intervals.h"
#include "nearfar/evaluation/verdict.h"

namespace nearfar {

// The only place where a report's numbers become text. Forms that programs read (json, csv, junit's
// properties) have the exact text, forms that people read the shown one.

/// The shortest text that reads back to the same double; "" for what is not finite.
[[nodiscard]] std::string exact(double value);
/// The same, with `null` for what is not finite.
[[nodiscard]] std::string exact_json(double value);
/// Four digits behind the point; "undefined" for NaN, "inf" and "-inf".
[[nodiscard]] std::string shown(double value);
/// The same, with as many more digits as it takes to be on the side of the bound where the value is.
[[nodiscard]] std::string shown_beside(double value, double bound);
/// So many significant digits; "" for what is not finite.
[[nodiscard]] std::string significant(double value, int digits = 6);
/// "[0.9152, 0.9816]"; "" without an interval.
[[nodiscard]] std::string shown_interval(const std::optional<Interval>& interval);
/// "95": the confidence in percent.
[[nodiscard]] std::string percent(double share);
/// "12/520/8"
[[nodiscard]] std::string wins_ties_losses(const Comparison& comparison);

/// How the intervals were made, in one sentence; "" without intervals.
[[nodiscard]] std::string interval_note(const Outcome& outcome, const Verdict& verdict);
/// What the columns of a comparison mean, in one sentence.
[[nodiscard]] std::string comparison_note(const Outcome& outcome, const Verdict& verdict);
/// "queries 540, gallery 540, ..."
[[nodiscard]] std::string counts_line(const Outcome& outcome);
[[nodiscard]] std::string policies_line(const Outcome& outcome);
/// "pass", "FAIL", "pass (inconclusive)", "FAIL (inconclusive)"
[[nodiscard]] std::string verdict_word(const GateVerdict& gate);
/// "query" -> "queries"
[[nodiscard]] std::string plural(const std::string& unit);

}  // namespace nearfar
