#include "nearfar/data/dataset.h"

#include "nearfar/core/rows.h"

namespace nearfar {

std::string Dataset::row_name(std::int64_t i) const {
  const auto at = static_cast<std::size_t>(i);
  return ids.empty() ? std::to_string(row_numbers[at]) : ids[at];
}

Dataset select_rows(const Dataset& data, std::span<const std::int64_t> rows) {
  const auto pick = [&](const auto& from, auto& to) {
    if (from.empty()) return;
    for (const std::int64_t row : rows) to.push_back(from[static_cast<std::size_t>(row)]);
  };
  Dataset part;
  part.features = rows_at(data.features.view(), rows);
  part.feature_names = data.feature_names;
  part.has_names = data.has_names;
  part.is_bytes = data.is_bytes;
  part.row_sizes = data.row_sizes;
  pick(data.ids, part.ids);
  pick(data.row_numbers, part.row_numbers);
  part.file_rows = data.file_rows;
  part.labels = data.labels;
  part.labels.codes.clear();
  pick(data.labels.codes, part.labels.codes);
  for (const TextColumn& column : data.columns) {
    part.columns.push_back({column.name, {}});
    pick(column.values, part.columns.back().values);
  }
  return part;
}

}  // namespace nearfar
