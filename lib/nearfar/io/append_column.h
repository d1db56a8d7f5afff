#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/io/format.h"
#include "nearfar/io/record.h"

namespace nearfar {

/// A column that is added to a table.
struct NewColumn {
  std::string name;
  bool is_number = false;  ///< in JSON Lines a number, else a text
};

/// Copies records of a text table as they stand and adds columns at the end, without taking the values apart.
class NEARFAR_EXPORT ColumnAppender {
 public:
  /// `advice`: what to do about a column that is there already. Throws Error (usage) if the table already has
  /// one of the columns.
  ColumnAppender(const RecordReader& reader, Format format, char delimiter, std::vector<NewColumn> columns,
                 std::string advice);
  /// Of a CSV table with the one column `row`, which stands for a matrix: its records are row numbers.
  ColumnAppender(std::vector<NewColumn> columns, std::string advice);
  /// The header with the new columns and its line end; "" where there is none.
  [[nodiscard]] std::string header() const;
  /// Appends to `out` a record given by its text and line end ("" counts as a line feed), with one value for
  /// each new column added. Throws Error (usage) if the record of a JSON Lines file already has such a key.
  void append(std::string& out, std::string_view text, std::string_view line_end,
              std::span<const std::string> values) const;

 private:
  void refuse_if_among(const std::vector<std::string>& names, const std::string& file) const;
  void append_members(std::string& out, std::string_view text, std::span<const std::string> values) const;

  std::string header_;
  Format format_;
  char delimiter_;
  std::vector<NewColumn> columns_;
  std::vector<std::string> keys_;  // in JSON Lines
  std::string advice_;
};

}  // namespace nearfar
