#include <cmath>

#include "nearfar/io/csv.h"
#include "nearfar/report/forms.h"
#include "nearfar/report/numbers.h"

namespace nearfar {
namespace {

void append_row(std::string& out, const std::string& measure, const std::string& slice, double value,
                const Estimate& estimate) {
  append_csv_field(out, measure, ',');
  out += ',';
  append_csv_field(out, slice, ',');
  out += "," + exact(value) + ",";
  if (estimate.interval) out += exact(estimate.interval->low) + "," + exact(estimate.interval->high);
  if (!estimate.interval) out += ",";
  out += "," + std::to_string(estimate.units) + "\n";
}

}  // namespace

std::string render_csv(const Report& report) {
  std::string out = "measure,slice,value,low,high,n\n";
  const std::vector<MeasuredValue>& measures = report.outcome.measures;
  for (std::size_t m = 0; m < measures.size(); ++m)
    append_row(out, measures[m].name, "", measures[m].value, report.verdict.estimates[m]);
  for (const Slice& slice : report.verdict.slices) {
    for (std::size_t m = 0; m < measures.size(); ++m)
      append_row(out, measures[m].name, slice.name(), slice.estimates[m].value, slice.estimates[m]);
  }
  return out;
}

std::string per_unit_csv(const Outcome& outcome) {
  std::string out = "id";
  const auto add_name = [&](const std::string& name) {
    out += ',';
    append_csv_field(out, name, ',');
  };
  for (const MeasuredValue& measure : outcome.measures) {
    if (!measure.per_unit.empty()) add_name(measure.name);
  }
  for (const auto& [name, counts] : outcome.unit_counts) add_name(name);
  out += '\n';
  const auto units = static_cast<std::size_t>(outcome.unit_count());
  for (std::size_t u = 0; u < units; ++u) {
    append_csv_field(out, outcome.unit_ids.empty() ? std::to_string(u + 1) : outcome.unit_ids[u], ',');
    for (const MeasuredValue& measure : outcome.measures) {
      if (!measure.per_unit.empty()) out += "," + exact(measure.per_unit[u]);
    }
    for (const auto& [name, counts] : outcome.unit_counts) out += "," + std::to_string(counts[u]);
    out += '\n';
  }
  return out;
}

}  // namespace nearfar
