#include "nearfar/report/axiom_report.h"

#include <array>
#include <vector>

#include "nearfar/core/family.h"
#include "nearfar/core/text.h"
#include "nearfar/io/jsonl.h"

namespace nearfar {
namespace {

constexpr std::size_t kShownCoordinates = 8;  // of a row, in the text for people

std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

// Six significant digits for people; the other form has them all.
std::string rounded(double value) { return number_text(value, 6); }

std::string named(const AxiomText& text, std::int64_t row) {
  return row < 0 ? "" : text.item_word + " " + text.item_name(row);
}

// The recipe with {a} and {b} replaced.
std::string description(const AxiomText& text, const AxiomItem& item) {
  std::string out = item.recipe;
  for (const auto& [mark, row] : {std::pair{"{a}", item.row}, std::pair{"{b}", item.other}}) {
    for (std::size_t at = out.find(mark); at != std::string::npos; at = out.find(mark, at)) {
      const std::string name = named(text, row);
      out.replace(at, 3, name);
      at += name.size();
    }
  }
  return out;
}

std::string_view status_word(const AxiomFinding& finding) {
  constexpr std::array<std::string_view, 4> kWords{"proved", "held", "sampled", "violated"};
  return kWords[static_cast<std::size_t>(finding.status)];
}

std::string status_text(Axiom axiom, const AxiomFinding& finding) {
  const char* thing = axiom == Axiom::triangle ? "triple" : "pair";
  switch (finding.status) {
    case AxiomStatus::held:
      return "held on all " + counted(finding.checked, thing);
    case AxiomStatus::sampled:
      return "no violation in " + counted(finding.checked, std::string("sampled ") + thing);
    case AxiomStatus::violated:
      return "violated: " + finding.worst->statement;
    case AxiomStatus::proved:
      break;
  }
  return "proved";
}

// What the rank of a map says about identity.
std::string rank_text(const AxiomReport& report) {
  return "the images have " + grouped(report.rank) + " of " + counted(report.dims, "dimension");
}

std::vector<std::string> failing(const AxiomReport& report) {
  std::vector<std::string> names;
  for (std::size_t a = 0; a < kAxioms; ++a) {
    if (report.fails(static_cast<Axiom>(a))) names.emplace_back(axiom_name(static_cast<Axiom>(a)));
  }
  return names;
}

std::string_view verdict_name(const AxiomReport& report) {
  return axiom_verdict_names()[static_cast<std::size_t>(report.verdict)];
}

std::string coordinates(const std::vector<double>& values) {
  std::string out;
  for (const double value : values) out += (out.empty() ? "(" : ", ") + rounded(value);
  return out + ")";
}

std::string example_text(const AxiomText& text, const Counterexample& example) {
  const std::string indent = "  ";
  std::string line;
  for (const auto& [name, value] : example.distances)
    line += (line.empty() ? "" : ", ") + name + " = " + rounded(value);
  if (example.excess > 0) line += "; missed by " + rounded(100 * example.excess) + " % of the largest";
  std::string out = indent + line + "\n";
  for (std::size_t i = 0; i < example.items.size(); ++i) {
    const AxiomItem& item = example.items[i];
    out += indent + std::string(1, "xyz"[i]) + ": " + description(text, item);
    if (!item.values.empty() && item.values.size() <= kShownCoordinates)
      out += " " + coordinates(item.values);
    out += "\n";
  }
  return out;
}

std::string render_text(const AxiomText& text) {
  const AxiomReport& report = text.report;
  std::string out = text.subject + (text.formula.empty() ? "" : ", " + text.formula) + "\n";
  out += counted(report.rows, text.item_word);
  if (report.dims > 0) out += " of " + counted(report.dims, "feature");
  if (report.rows_used < report.rows) out += ", of which " + grouped(report.rows_used) + " are looked at";
  out += "; tolerance " + number_text(text.tolerance) + " of the largest distance involved\n\n";
  for (std::size_t a = 0; a < kAxioms; ++a) {
    const auto axiom = static_cast<Axiom>(a);
    const AxiomFinding& finding = report.findings[a];
    std::string name(axiom_name(axiom));
    name.resize(28, ' ');
    out += name + status_text(axiom, finding);
    if (axiom == Axiom::identity && report.rank >= 0) out += " (" + rank_text(report) + ")";
    if (finding.status != AxiomStatus::violated && finding.theory == Theory::refuted)
      out += ", but there are rows that break it";
    out += "\n";
    if (finding.worst) out += example_text(text, *finding.worst);
  }
  out += "\nverdict: " + std::string(verdict_name(report));
  const std::vector<std::string> names = failing(report);
  if (!names.empty()) out += "; fails: " + listed(names);
  out += "\n";
  if (!text.required.empty())
    out += std::string(text.passed ? "pass" : "FAIL") + "  " + text.required + " was required\n";
  return out;
}

std::string example_json(const AxiomText& text, const Counterexample& example) {
  std::string out = "{\"statement\":" + quoted(example.statement) + ",\"distances\":{";
  for (std::size_t i = 0; i < example.distances.size(); ++i) {
    const auto& [name, value] = example.distances[i];
    out += (i > 0 ? "," : "") + quoted(name) + ":" + number_text(value);
  }
  out += "},\"excess\":" + number_text(example.excess) + ",\"items\":[";
  for (std::size_t i = 0; i < example.items.size(); ++i) {
    const AxiomItem& item = example.items[i];
    out += std::string(i > 0 ? "," : "") + "{\"name\":" + quoted(std::string(1, "xyz"[i])) +
           ",\"is\":" + quoted(description(text, item)) + ",\"of\":[" + quoted(text.item_name(item.row));
    if (item.other >= 0) out += "," + quoted(text.item_name(item.other));
    out += "],\"made\":" + std::string(item.recipe == "{a}" ? "false" : "true");
    if (!item.values.empty()) {
      out += ",\"values\":[";
      for (std::size_t k = 0; k < item.values.size(); ++k)
        out += (k > 0 ? "," : "") + number_text(item.values[k]);
      out += "]";
    }
    out += "}";
  }
  return out + "]}";
}

std::string render_json(const AxiomText& text) {
  const AxiomReport& report = text.report;
  std::string out = "{\"schema\":1,\"distance\":" + quoted(text.subject) +
                    ",\"rows\":" + std::to_string(report.rows) +
                    ",\"rows_used\":" + std::to_string(report.rows_used);
  if (report.dims > 0) out += ",\"dimensions\":" + std::to_string(report.dims);
  if (report.rank >= 0) out += ",\"rank\":" + std::to_string(report.rank);
  out += ",\"tolerance\":" + number_text(text.tolerance) + ",\"axioms\":{";
  for (std::size_t a = 0; a < kAxioms; ++a) {
    const AxiomFinding& finding = report.findings[a];
    out += (a > 0 ? "," : "") + quoted(axiom_name(static_cast<Axiom>(a))) +
           ":{\"status\":" + quoted(status_word(finding)) +
           ",\"checked\":" + std::to_string(finding.checked) +
           ",\"fails\":" + (report.fails(static_cast<Axiom>(a)) ? "true" : "false");
    if (finding.worst) out += ",\"worst\":" + example_json(text, *finding.worst);
    out += "}";
  }
  out += "},\"verdict\":" + quoted(verdict_name(report)) + ",\"fails\":[";
  const std::vector<std::string> names = failing(report);
  for (std::size_t i = 0; i < names.size(); ++i) out += (i > 0 ? "," : "") + quoted(names[i]);
  out += "]";
  if (!text.required.empty())
    out += ",\"required\":" + quoted(text.required) + ",\"passed\":" + (text.passed ? "true" : "false");
  return out + "}\n";
}

constexpr std::array<AxiomFormat, 2> kFormats{{
    {"text", "for people", render_text},
    {"json", "one object", render_json},
}};

}  // namespace

std::span<const AxiomFormat> axiom_formats() { return kFormats; }

const AxiomFormat& axiom_format(std::string_view name) {
  return row_named(axiom_formats(), "--format", "report format", name);
}

}  // namespace nearfar
