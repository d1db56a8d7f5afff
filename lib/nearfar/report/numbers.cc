#include "nearfar/report/numbers.h"

#include <charconv>
#include <cmath>

#include "nearfar/core/text.h"
#include "nearfar/report/report.h"

namespace nearfar {

std::string exact(double value) { return std::isfinite(value) ? number_text(value) : ""; }

std::string exact_json(double value) { return std::isfinite(value) ? number_text(value) : "null"; }

namespace {

constexpr int kDigits = 4;       // behind the point
constexpr int kMostDigits = 12;  // of a number that has to differ from another one

std::string shown_with(double value, int digits) {
  if (std::isnan(value)) return "undefined";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  char buffer[400];
  const auto [end, error] =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed, digits);
  const std::string text = error == std::errc{} ? std::string(buffer, end) : number_text(value);
  return text.find_first_not_of("-0.") == std::string::npos && text[0] == '-' ? text.substr(1) : text;
}

bool on_the_same_side(double a, double b, double bound) {
  return (a < bound) == (b < bound) && (a > bound) == (b > bound);
}

}  // namespace

std::string shown(double value) { return shown_with(value, kDigits); }

std::string shown_beside(double value, double bound) {
  if (!std::isfinite(value)) return shown(value);
  for (int digits = kDigits; digits <= kMostDigits; ++digits) {
    const std::string text = shown_with(value, digits);
    double read = 0;
    if (parse_number(text, read) == NumberStatus::ok && on_the_same_side(read, value, bound)) return text;
  }
  return number_text(value);
}

std::string significant(double value, int digits) {
  return std::isfinite(value) ? number_text(value, digits) : "";
}

std::string shown_interval(const std::optional<Interval>& interval) {
  return interval ? "[" + shown(interval->low) + ", " + shown(interval->high) + "]" : "";
}

std::string percent(double share) { return number_text(static_cast<float>(share * 100)); }

std::string wins_ties_losses(const Comparison& comparison) {
  if (comparison.wins + comparison.ties + comparison.losses == 0) return "-";  // no values of single units
  return std::to_string(comparison.wins) + "/" + std::to_string(comparison.ties) + "/" +
         std::to_string(comparison.losses);
}

std::string interval_note(const Outcome& outcome, const Verdict& verdict) {
  if (!verdict.statistics.intervals) return "";
  const std::string drawn = outcome.clusters.empty() ? plural(outcome.unit) : "clusters";
  return percent(verdict.statistics.confidence) + " % intervals: BCa bootstrap, " +
         grouped(verdict.statistics.resamples) + " resamples of " + drawn + ", seed " +
         std::to_string(verdict.statistics.seed) +
         (outcome.clusters.empty() ? "; Wilson for plain proportions" : "");
}

std::string comparison_note(const Outcome& outcome, const Verdict& verdict) {
  return "paired by " + outcome.unit + "; drop = baseline - now, positive is worse" +
         (verdict.statistics.intervals
              ? "; bounds: one-sided " + percent(verdict.statistics.confidence) +
                    " %; p: two-sided, of no difference, " + grouped(verdict.statistics.resamples) +
                    " sign flips; detectable: the margin that holds with a chance of 80 % when nothing "
                    "changes"
              : "");
}

std::string counts_line(const Outcome& outcome) {
  std::string line;
  for (const auto& [name, value] : outcome.counts)
    line += (line.empty() ? "" : ", ") + name + " " + grouped(value);
  return line;
}

std::string policies_line(const Outcome& outcome) {
  std::string line;
  for (const Policy& policy : outcome.policies) {
    const std::string words = policy.words.value_or(policy.name + " " + policy.value);
    if (!line.empty() && !words.empty()) line += ", ";
    line += words;
  }
  return line;
}

std::string verdict_word(const GateVerdict& gate) {
  const std::string word = gate.passed ? "pass" : "FAIL";
  return gate.outcome == GateOutcome::inconclusive ? word + " (inconclusive)" : word;
}

std::string plural(const std::string& unit) {
  return unit.ends_with("y") ? unit.substr(0, unit.size() - 1) + "ies" : unit + "s";
}

std::string gate_finding(const GateVerdict& gate, const Verdict& verdict) {
  const double bound = gate.gate.bound;
  std::string text = "is " + (gate.is_count ? exact(gate.value) : shown_beside(gate.value, bound));
  if (!gate.where.empty()) text += " in " + gate.where;
  if (gate.drop) {
    text += ", one-sided " + percent(verdict.statistics.confidence) + " % bounds [" +
            shown_beside(gate.drop->low, bound) + ", " + shown_beside(gate.drop->high, bound) +
            "], p of failing " + shown(gate.drop->p);
    if (gate.drop->p_holm != gate.drop->p) text += " (Holm " + shown(gate.drop->p_holm) + ")";
  }
  if (gate.outcome != GateOutcome::inconclusive) return text;
  switch (verdict.inconclusive) {
    case Inconclusive::point:
      return text + "; inconclusive, the point estimate decides";
    case Inconclusive::pass:
      return text + "; inconclusive, which passes (--inconclusive pass)";
    case Inconclusive::fail:
      return text + "; inconclusive, which fails (--inconclusive fail)";
    case Inconclusive::error:
      return text + "; inconclusive, which is an error (--inconclusive error)";
  }
  return text;
}

}  // namespace nearfar
