#include "nearfar/io/table_columns.h"

#include <algorithm>

namespace nearfar {

std::vector<std::size_t> TableColumns::all() const {
  std::vector<std::size_t> columns = text;
  if (id) columns.push_back(*id);
  if (label) columns.push_back(*label);
  if (target) columns.push_back(*target);
  for (const std::size_t column : where.columns()) columns.push_back(column);
  columns.insert(columns.end(), others.begin(), others.end());
  return columns;
}

TableColumns resolve_columns(const TableOptions& options, const std::vector<std::string>& header,
                             const std::string& file) {
  TableColumns columns;
  if (!options.id.empty()) {
    columns.id = find_column(options.id, header, file, "--id");
  } else if (const auto found = std::find(header.begin(), header.end(), "id"); found != header.end()) {
    columns.id = static_cast<std::size_t>(found - header.begin());
  }
  if (!options.label.empty()) columns.label = find_column(options.label, header, file, "--label");
  if (!options.target.empty()) columns.target = find_column(options.target, header, file, "--target");
  for (const NamedColumn& named : options.named)
    columns.text.push_back(find_column(named.column, header, file, named.option));
  if (!options.keep.empty()) {
    for (const std::size_t column : select_columns(options.keep, header, file, "--keep"))
      columns.text.push_back(column);
  }
  for (const std::string& name : options.no_features) {
    const auto found = std::find(header.begin(), header.end(), name);
    if (found != header.end()) columns.others.push_back(static_cast<std::size_t>(found - header.begin()));
  }
  columns.where = RowFilter(options.where, header, file, options.where_option);
  return columns;
}

}  // namespace nearfar
