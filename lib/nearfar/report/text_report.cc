#include <algorithm>
#include <vector>

#include "nearfar/core/text.h"
#include "nearfar/report/forms.h"
#include "nearfar/report/numbers.h"

namespace nearfar {
namespace {

using Row = std::vector<std::string>;

// Columns padded to their widest cell, two blanks between them; the last one is as long as it is.
std::string aligned(const std::vector<Row>& rows) {
  std::vector<std::size_t> widths;
  for (const Row& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], utf8_length(row[c]));
  }
  std::string out;
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t c = 0; c < row.size(); ++c) {
      if (widths[c] == 0) continue;
      line += row[c] + std::string(widths[c] - utf8_length(row[c]) + 2, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out;
}

std::string comparison_table(const Report& report) {
  const bool has_evidence = report.verdict.statistics.intervals;
  Row head{"", "baseline", "now", "drop"};
  if (has_evidence) head.insert(head.end(), {"bounds", "p", "effect", "detectable"});
  head.emplace_back("wins/ties/losses");
  std::vector<Row> rows{head};
  for (const Comparison& comparison : report.verdict.comparisons) {
    Row row{comparison.measure, shown(comparison.baseline), shown(comparison.now), shown(comparison.drop)};
    if (has_evidence && comparison.evidence) {
      const Comparison::Evidence& found = *comparison.evidence;
      row.insert(row.end(), {"[" + shown(found.low) + ", " + shown(found.high) + "]", shown(found.p),
                             shown(found.effect), shown(found.detectable)});
    } else if (has_evidence) {
      row.insert(row.end(), {"-", "-", "-", "-"});
    }
    row.push_back(wins_ties_losses(comparison));
    rows.push_back(std::move(row));
  }
  return aligned(rows);
}

std::string slices_table(const Report& report) {
  std::vector<Row> rows;
  for (const Slice& slice : report.verdict.slices) {
    for (std::size_t m = 0; m < slice.estimates.size(); ++m) {
      const Estimate& estimate = slice.estimates[m];
      rows.push_back({slice.name(), report.outcome.measures[m].name, shown(estimate.value),
                      shown_interval(estimate.interval), "n " + grouped(estimate.units)});
    }
  }
  return aligned(rows);
}

}  // namespace

std::string render_text(const Report& report) {
  const Outcome& outcome = report.outcome;
  const Verdict& verdict = report.verdict;
  std::vector<Row> rows;
  for (std::size_t m = 0; m < outcome.measures.size(); ++m) {
    rows.push_back({outcome.measures[m].name, shown(outcome.measures[m].value),
                    shown_interval(verdict.estimates[m].interval), " " + outcome.measures[m].definition});
  }
  std::string out = aligned(rows);
  if (!outcome.legend.empty()) out += outcome.legend + "\n";
  out += counts_line(outcome) + "\n" + policies_line(outcome) + "\n";
  if (const std::string note = interval_note(outcome, verdict); !note.empty()) out += note + "\n";
  if (!verdict.slices.empty()) out += "\n" + slices_table(report);
  if (verdict.compared)
    out += "\nagainst the baseline\n" + comparison_table(report) + comparison_note(outcome, verdict) + "\n";
  if (!verdict.gates.empty() && (verdict.compared || !verdict.slices.empty())) out += "\n";
  for (const GateVerdict& gate : verdict.gates) {
    out += std::string(gate.passed ? "pass" : "FAIL") + "  " + gate.gate.text + "  (" +
           gate_finding(gate, verdict) + ")\n";
  }
  return out;
}

}  // namespace nearfar
