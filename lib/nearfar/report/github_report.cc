#include <algorithm>

#include "nearfar/core/text.h"
#include "nearfar/report/forms.h"
#include "nearfar/report/markup.h"

namespace nearfar {
namespace {

constexpr std::size_t kMostBytes = std::size_t{1000} << 10U;  // of a step summary; GitHub drops it at 1 MiB
constexpr std::size_t kMostAnnotations = 10;                  // that GitHub shows of one step

// What ends a command, or would be taken for another one; in a property (`title=`) also what ends it.
std::string escaped_command(std::string_view text, bool property) {
  std::string out;
  for (const char c : valid_utf8(text)) {
    if (c == '%') {
      out += "%25";
    } else if (c == '\r') {
      out += "%0D";
    } else if (c == '\n') {
      out += "%0A";
    } else if (property && c == ':') {
      out += "%3A";
    } else if (property && c == ',') {
      out += "%2C";
    } else {
      out += c;
    }
  }
  return out;
}

std::string annotation(const GateVerdict& gate, const Report& report) {
  const std::string level = gate.passed ? "warning" : "error";
  const std::string title = report.command + ": gate " + (gate.passed ? "inconclusive" : "failed");
  return "::" + level + " title=" + escaped_command(title, true) +
         "::" + escaped_command(gate.gate.text + " (" + gate_finding(gate, report.verdict) + ")", false);
}

}  // namespace

std::string render_github(const Report& report) {
  std::string out = render_markdown(report);
  if (out.size() <= kMostBytes) return out;
  // Whole lines are left out.
  const std::size_t end = out.rfind('\n', kMostBytes);
  const auto left = std::count(out.begin() + static_cast<std::ptrdiff_t>(end + 1), out.end(), '\n');
  out.resize(end + 1);
  return out + "\n" + grouped(left) + " more lines are left out: a step summary has 1 MiB at most.\n";
}

std::vector<std::string> github_annotations(const Report& report) {
  std::vector<const GateVerdict*> worth;
  for (const GateVerdict& gate : report.verdict.gates) {
    if (!gate.passed) worth.push_back(&gate);
  }
  for (const GateVerdict& gate : report.verdict.gates) {
    if (gate.passed && gate.outcome == GateOutcome::inconclusive) worth.push_back(&gate);
  }
  std::vector<std::string> lines;
  for (const GateVerdict* gate : worth) {
    if (lines.size() + 1 == kMostAnnotations && worth.size() > kMostAnnotations) {
      lines.push_back("::error title=" + escaped_command(report.command, true) + "::" +
                      std::to_string(worth.size() - lines.size()) + " more gates failed or are inconclusive");
      break;
    }
    lines.push_back(annotation(*gate, report));
  }
  return lines;
}

}  // namespace nearfar
