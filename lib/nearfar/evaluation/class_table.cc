#include "nearfar/evaluation/class_table.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "nearfar/core/text.h"

namespace nearfar {
namespace {

constexpr std::size_t kTableClasses = 100;

std::size_t index(std::int64_t i) { return static_cast<std::size_t>(i); }

}  // namespace

std::optional<ClassTable> class_table(const RetrievalTask& task, const Outcome& outcome) {
  if (task.labels == nullptr || task.query_codes.empty()) return std::nullopt;
  ClassTable table;
  std::vector<const MeasuredValue*> measures;
  for (const MeasuredValue& measure : outcome.measures) {
    if (measure.per_unit.empty()) continue;
    measures.push_back(&measure);
    table.measures.push_back(measure.name);
  }
  if (measures.empty()) return std::nullopt;
  std::vector<std::vector<double>> sums(index(task.labels->classes()), std::vector<double>(measures.size()));
  std::vector<std::vector<std::int64_t>> sizes(sums.size(), std::vector<std::int64_t>(measures.size()));
  std::vector<std::int64_t> units(sums.size());
  for (std::size_t q = 0; q < task.query_codes.size(); ++q) {
    if (task.query_codes[q] < 0) continue;
    const std::size_t c = index(task.query_codes[q]);
    bool counted = false;
    for (std::size_t m = 0; m < measures.size(); ++m) {
      const double value = measures[m]->per_unit[q];
      if (std::isnan(value)) continue;
      counted = true;
      sums[c][m] += value;
      ++sizes[c][m];
    }
    units[c] += counted ? 1 : 0;
  }
  for (std::size_t c = 0; c < sums.size(); ++c) {
    if (units[c] == 0) continue;
    ClassTable::Row row{task.labels->names[c], units[c], sums[c]};
    for (std::size_t m = 0; m < row.values.size(); ++m)
      row.values[m] = sizes[c][m] > 0 ? row.values[m] / static_cast<double>(sizes[c][m])
                                      : std::numeric_limits<double>::quiet_NaN();
    table.rows.push_back(std::move(row));
  }
  // Weakest by all measures together, so that ties of a saturated one do not decide.
  const auto strength = [](const ClassTable::Row& row) {
    return std::accumulate(row.values.begin(), row.values.end(), 0.0);
  };
  std::stable_sort(table.rows.begin(), table.rows.end(),
                   [&](const auto& a, const auto& b) { return strength(a) < strength(b); });
  if (table.rows.size() > kTableClasses) {
    table.note = "The weakest " + std::to_string(kTableClasses) + " of " +
                 grouped(static_cast<std::int64_t>(table.rows.size())) + " classes.";
    table.rows.resize(kTableClasses);
  }
  return table;
}

}  // namespace nearfar
