#include "nearfar/report/report.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include "nearfar/core/error.h"
#include "nearfar/core/family.h"
#include "nearfar/core/text.h"
#include "nearfar/io/csv.h"
#include "nearfar/io/jsonl.h"

namespace nearfar {
namespace {

std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

std::string count_of(const Report& report, std::string_view name) {
  for (const auto& [key, value] : report.counts) {
    if (key == name) return std::to_string(value);
  }
  return "";
}

// A person reads four digits; the other forms have them all.
std::string rounded(double value) {
  char buffer[400];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed, 4);
  return error == std::errc{} ? std::string(buffer, end) : value_text(value);
}

std::string render_text(const Report& report) {
  std::size_t width = 0;
  for (const ReportMeasure& measure : report.measures) width = std::max(width, measure.name.size());
  std::string out;
  for (const ReportMeasure& measure : report.measures) {
    out += measure.name + std::string(width + 2 - measure.name.size(), ' ') + rounded(measure.value) + "   " +
           measure.definition + "\n";
  }
  std::string counts;
  for (const auto& [name, value] : report.counts)
    counts += (counts.empty() ? "" : ", ") + name + " " + grouped(value);
  out += counts + "\n";
  std::string policies;
  for (const auto& [name, value] : report.policies)
    policies += (policies.empty() ? "" : ", ") + name + " " + value;
  out += policies + "\n";
  for (const GateVerdict& verdict : report.gates) {
    out += std::string(verdict.passed ? "pass" : "FAIL") + "  " + verdict.gate.text + "  (is " +
           value_text(verdict.value) + ")\n";
  }
  return out;
}

std::string render_csv(const Report& report) {
  std::string out = "measure,slice,value,low,high,n\n";
  for (const ReportMeasure& measure : report.measures) {
    append_csv_field(out, measure.name, ',');
    out += ",," + value_text(measure.value) + ",,," + count_of(report, "queries") + "\n";
  }
  return out;
}

std::string render_json(const Report& report) {
  std::string out = "{\"schema\":1,\"measures\":{";
  for (std::size_t m = 0; m < report.measures.size(); ++m) {
    out += (m > 0 ? "," : "") + quoted(report.measures[m].name) + ":" + value_text(report.measures[m].value);
  }
  out += "}";
  for (const auto& [name, value] : report.counts) out += "," + quoted(name) + ":" + std::to_string(value);
  out += ",\"policies\":{";
  for (std::size_t p = 0; p < report.policies.size(); ++p) {
    out += (p > 0 ? "," : "") + quoted(report.policies[p].first) + ":" + quoted(report.policies[p].second);
  }
  out += "},\"definitions\":{";
  for (std::size_t m = 0; m < report.measures.size(); ++m) {
    out += (m > 0 ? "," : "") + quoted(report.measures[m].name) + ":" + quoted(report.measures[m].definition);
  }
  out += "},\"gates\":[";
  for (std::size_t g = 0; g < report.gates.size(); ++g) {
    const GateVerdict& verdict = report.gates[g];
    const std::string outcome = verdict.passed ? "\"pass\"" : "\"fail\"";
    out += std::string(g > 0 ? "," : "") + "{\"gate\":" + quoted(verdict.gate.text) +
           ",\"value\":" + value_text(verdict.value) + ",\"verdict\":" + outcome + ",\"decided\":" + outcome +
           "}";
  }
  return out + "]}\n";
}

constexpr std::array<ReportFormat, 3> kFormats{{
    {"text", "for people", render_text},
    {"json", "one object", render_json},
    {"csv", "measure,slice,value,low,high,n", render_csv},
}};

}  // namespace

bool Report::passed() const {
  return std::all_of(gates.begin(), gates.end(), [](const GateVerdict& verdict) { return verdict.passed; });
}

std::span<const ReportFormat> report_formats() { return kFormats; }

const ReportFormat& report_format(std::string_view name) {
  return row_named(report_formats(), "--format", "report format", name);
}

std::string value_text(double value) { return number_text(value); }

}  // namespace nearfar
