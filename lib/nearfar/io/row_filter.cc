#include "nearfar/io/row_filter.h"

#include <algorithm>

namespace nearfar {

RowFilter::RowFilter(const std::vector<Condition>& conditions, const std::vector<std::string>& header,
                     const std::string& file, const std::string& option) {
  conditions_.reserve(conditions.size());
  for (const Condition& condition : conditions) {
    conditions_.emplace_back(find_column(condition.column, header, file, option), condition);
  }
}

bool RowFilter::passes(const Record& record) const {
  return std::all_of(conditions_.begin(), conditions_.end(), [&](const auto& condition) {
    return (record.fields[condition.first] == condition.second.value) == condition.second.equal;
  });
}

std::vector<std::size_t> RowFilter::columns() const {
  std::vector<std::size_t> columns;
  columns.reserve(conditions_.size());
  for (const auto& [column, condition] : conditions_) columns.push_back(column);
  return columns;
}

}  // namespace nearfar
