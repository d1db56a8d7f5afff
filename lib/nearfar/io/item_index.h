#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>

#include "nearfar/core/export.h"
#include "nearfar/data/dataset.h"
#include "nearfar/io/record.h"

namespace nearfar {

/// From the items that a file names, by id or by 1-based row number of the data file, to rows of the data.
class NEARFAR_EXPORT ItemIndex {
 public:
  /// Keeps a reference to the data.
  ItemIndex(const Dataset& data, bool by_row);
  /// The row of the item in field `at`. Throws Error (data) with its place if it is not a row number, or if
  /// the data do not have it, or if a filter removed it.
  [[nodiscard]] std::int32_t find(const RecordReader& reader, const Record& record, std::size_t at) const;

 private:
  const Dataset& data_;
  bool by_row_;
  std::unordered_map<std::int64_t, std::int32_t> rows_;
  std::unordered_map<std::string_view, std::int32_t> ids_;
};

}  // namespace nearfar
