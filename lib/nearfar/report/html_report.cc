#include "nearfar/core/text.h"
#include "nearfar/report/band.h"
#include "nearfar/report/forms.h"
#include "nearfar/report/html_portrait.h"
#include "nearfar/report/markup.h"
#include "nearfar/report/numbers.h"
#include "nearfar/report/page.h"

namespace nearfar {
namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string verdicts(const Report& report) {
  std::vector<std::string> notices;
  for (const GateVerdict& gate : report.verdict.gates) {
    const bool open = gate.outcome == GateOutcome::inconclusive;
    const std::string_view kind = open ? "open" : gate.passed ? "pass" : "fail";
    notices.push_back(
        notice(kind, gate.passed ? "pass" : "FAIL", gate.gate.text, gate_finding(gate, report.verdict)));
  }
  return notice_list(notices);
}

std::string tiles(const Report& report) {
  std::string out = "<div class=\"tiles\">\n";
  for (std::size_t m = 0; m < report.outcome.measures.size(); ++m) {
    const MeasuredValue& measure = report.outcome.measures[m];
    const std::optional<Interval>& interval = report.verdict.estimates[m].interval;
    out += "<div class=\"tile\"><h3>" + escaped_markup(measure.name) + "</h3><strong>" +
           shown(measure.value) + "</strong>" + value_band(measure.value, interval);
    if (interval) out += "<p>" + escaped_markup(shown_interval(interval)) + "</p>";
    out += "<p>" + escaped_markup(measure.definition) + "</p></div>\n";
  }
  out += "</div>\n";
  if (!report.outcome.legend.empty())
    out += "<p class=\"note\">" + escaped_markup(report.outcome.legend) + "</p>\n";
  return out;
}

std::string comparison_table(const Report& report) {
  Rows rows;
  for (const Comparison& comparison : report.verdict.comparisons) {
    std::vector<std::string> row{escaped_markup(comparison.measure), shown(comparison.baseline),
                                 shown(comparison.now), shown(comparison.drop)};
    if (comparison.evidence) {
      const Comparison::Evidence& found = *comparison.evidence;
      row.insert(row.end(), {"[" + shown(found.low) + ", " + shown(found.high) + "]", shown(found.p),
                             shown(found.effect), shown(found.detectable)});
    } else {
      row.insert(row.end(), {"", "", "", ""});
    }
    row.push_back(wins_ties_losses(comparison));
    rows.push_back(std::move(row));
  }
  return table({"measure", "baseline", "now", "drop", "bounds", "p", "effect", "detectable",
                "wins/ties/losses"},
               rows) +
         "<p class=\"note\">" + escaped_markup(comparison_note(report.outcome, report.verdict)) + "</p>\n";
}

std::string slices_table(const Report& report) {
  Rows rows;
  for (const Slice& slice : report.verdict.slices) {
    for (std::size_t m = 0; m < slice.estimates.size(); ++m) {
      const Estimate& estimate = slice.estimates[m];
      rows.push_back({escaped_markup(slice.name()), escaped_markup(report.outcome.measures[m].name),
                      shown(estimate.value), shown_interval(estimate.interval), grouped(estimate.units)});
    }
  }
  return table({"slice", "measure", "value", "interval", "n"}, rows, 2);
}

std::string footer(const Report& report) {
  std::string out = "<footer><p>" + escaped_markup(policies_line(report.outcome)) + "</p>";
  if (const std::string note = interval_note(report.outcome, report.verdict); !note.empty())
    out += "<p>" + escaped_markup(note) + "</p>";
  if (!report.outcome.fingerprint.empty())
    out += "<p>data fingerprint " + escaped_markup(report.outcome.fingerprint) + "</p>";
  return out + "</footer>\n";
}

std::string title_of(const Report& report) {
  if (report.verdict.gates.empty()) return report.command;
  return report.command + (report.verdict.passed() ? ": passed" : ": not passed");
}

}  // namespace

std::string render_html(const Report& report) {
  Page page(title_of(report), counts_line(report.outcome));
  if (!report.verdict.gates.empty()) page.section("", verdicts(report));
  page.section("Measures", tiles(report));
  if (report.verdict.compared) page.section("Against the baseline", comparison_table(report));
  if (report.outcome.portrait) add_portrait(page, *report.outcome.portrait);
  if (!report.verdict.slices.empty()) page.section("Slices", slices_table(report));
  page.section("", footer(report));
  return page.text();
}

}  // namespace nearfar
