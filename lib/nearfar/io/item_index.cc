#include "nearfar/io/item_index.h"

#include <optional>
#include <string>

#include "nearfar/core/error.h"
#include "nearfar/core/text.h"

namespace nearfar {

ItemIndex::ItemIndex(const Dataset& data, bool by_row) : data_(data), by_row_(by_row) {
  for (std::size_t i = 0; i < data.row_numbers.size(); ++i) {
    if (by_row) {
      rows_.emplace(data.row_numbers[i], static_cast<std::int32_t>(i));
    } else {
      ids_.emplace(data.ids[i], static_cast<std::int32_t>(i));
    }
  }
}

std::int32_t ItemIndex::find(const RecordReader& reader, const Record& record, std::size_t at) const {
  const std::string_view field = record.fields[at];
  if (!by_row_) {
    const auto found = ids_.find(field);
    if (found == ids_.end()) {
      data_error("there is no item '" + std::string(field) + "' in the data, or --where removed it",
                 reader.place(record, at), "make this file from the same data with the same --where");
    }
    return found->second;
  }
  const std::optional<std::int64_t> number = parse_integer(field);
  if (!number)
    data_error(
        "expected a row number, found '" + std::string(field) + "'", reader.place(record, at),
        "the columns row_a, row_b, ... hold row numbers, which start at 1; ids stand in columns a, b, ...");
  const auto found = rows_.find(*number);
  if (found != rows_.end()) return found->second;
  const bool filtered = *number >= 1 && *number <= data_.file_rows;
  data_error(filtered ? "row " + grouped(*number) + " was removed by --where"
                      : "there is no row " + grouped(*number) + "; the data have " + grouped(data_.file_rows),
             reader.place(record, at),
             filtered ? "make this file with the same --where" : "row numbers start at 1");
}

}  // namespace nearfar
