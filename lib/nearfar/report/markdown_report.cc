#include <vector>

#include "nearfar/core/text.h"
#include "nearfar/report/forms.h"
#include "nearfar/report/markup.h"
#include "nearfar/report/numbers.h"

namespace nearfar {
namespace {

void append_row(std::string& out, const std::vector<std::string>& cells) {
  out += '|';
  for (const std::string& cell : cells) out += " " + cell + " |";
  out += '\n';
}

// The first column is text, the others are numbers unless `text_last`.
void append_head(std::string& out, const std::vector<std::string>& names, bool text_last = false) {
  append_row(out, names);
  out += '|';
  for (std::size_t c = 0; c < names.size(); ++c)
    out += c == 0 || (text_last && c + 1 == names.size()) ? " --- |" : " ---: |";
  out += '\n';
}

std::string interval_head(const Report& report) {
  return percent(report.verdict.statistics.confidence) + " % interval";
}

void append_gates(std::string& out, const Report& report) {
  if (report.verdict.gates.empty()) return;
  out += "\n";
  append_row(out, {"gate", "verdict", "found"});
  out += "| --- | --- | --- |\n";
  for (const GateVerdict& gate : report.verdict.gates) {
    append_row(out, {escaped_markdown(gate.gate.text), "**" + verdict_word(gate) + "**",
                     escaped_markdown(gate_finding(gate, report.verdict))});
  }
}

void append_measures(std::string& out, const Report& report) {
  const bool intervals = report.verdict.statistics.intervals;
  out += "\n";
  append_head(out,
              intervals ? std::vector<std::string>{"measure", "value", interval_head(report), "definition"}
                        : std::vector<std::string>{"measure", "value", "definition"},
              true);
  for (std::size_t m = 0; m < report.outcome.measures.size(); ++m) {
    const MeasuredValue& measure = report.outcome.measures[m];
    std::vector<std::string> cells{escaped_markdown(measure.name), shown(measure.value)};
    if (intervals) cells.push_back(escaped_markdown(shown_interval(report.verdict.estimates[m].interval)));
    cells.push_back(escaped_markdown(measure.definition));
    append_row(out, cells);
  }
  if (!report.outcome.legend.empty()) out += "\n" + escaped_markdown(report.outcome.legend) + "\n";
}

void append_comparison(std::string& out, const Report& report) {
  if (!report.verdict.compared) return;
  out += "\nAgainst the baseline (" + escaped_markdown(comparison_note(report.outcome, report.verdict)) +
         "):\n\n";
  append_head(
      out, {"measure", "baseline", "now", "drop", "bounds", "p", "effect", "detectable", "wins/ties/losses"});
  for (const Comparison& comparison : report.verdict.comparisons) {
    std::vector<std::string> cells{escaped_markdown(comparison.measure), shown(comparison.baseline),
                                   shown(comparison.now), shown(comparison.drop)};
    if (comparison.evidence) {
      const Comparison::Evidence& found = *comparison.evidence;
      cells.insert(cells.end(), {"\\[" + shown(found.low) + ", " + shown(found.high) + "\\]", shown(found.p),
                                 shown(found.effect), shown(found.detectable)});
    } else {
      cells.insert(cells.end(), {"", "", "", ""});
    }
    cells.push_back(wins_ties_losses(comparison));
    append_row(out, cells);
  }
}

void append_slices(std::string& out, const Report& report) {
  if (report.verdict.slices.empty()) return;
  const bool intervals = report.verdict.statistics.intervals;
  out += "\n";
  append_head(out, intervals
                       ? std::vector<std::string>{"slice", "measure", "value", interval_head(report), "n"}
                       : std::vector<std::string>{"slice", "measure", "value", "n"});
  for (const Slice& slice : report.verdict.slices) {
    for (std::size_t m = 0; m < slice.estimates.size(); ++m) {
      const Estimate& estimate = slice.estimates[m];
      std::vector<std::string> cells{escaped_markdown(slice.name()),
                                     escaped_markdown(report.outcome.measures[m].name),
                                     shown(estimate.value)};
      if (intervals) cells.push_back(escaped_markdown(shown_interval(estimate.interval)));
      cells.push_back(grouped(estimate.units));
      append_row(out, cells);
    }
  }
}

}  // namespace

std::string render_markdown(const Report& report) {
  const bool has_gates = !report.verdict.gates.empty();
  std::string out = "### " + report.command;
  if (has_gates) out += report.verdict.passed() ? ": passed" : ": not passed";
  out += "\n";
  append_gates(out, report);
  append_measures(out, report);
  out += "\n" + escaped_markdown(counts_line(report.outcome)) + "  \n" +
         escaped_markdown(policies_line(report.outcome)) + "\n";
  if (const std::string note = interval_note(report.outcome, report.verdict); !note.empty())
    out += "\n" + escaped_markdown(note) + "\n";
  append_comparison(out, report);
  append_slices(out, report);
  return out;
}

}  // namespace nearfar
