#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/io/format.h"
#include "nearfar/io/record.h"

namespace nearfar {

/// Copies records of a text table as they stand and adds one column at the end, without taking the values
/// apart.
class NEARFAR_EXPORT ColumnAppender {
 public:
  /// Throws Error (usage) if the table already has that column.
  ColumnAppender(const RecordReader& reader, Format format, char delimiter, std::string column);
  /// Of a CSV table with the one column `row`, which stands for a matrix: its records are row numbers.
  explicit ColumnAppender(std::string column);
  /// The header with the new column and its line end; "" where there is none.
  [[nodiscard]] std::string header() const;
  /// A record given by its text and line end ("" counts as a line feed), with the value added.
  [[nodiscard]] std::string record(std::string_view text, std::string_view line_end,
                                   std::string_view value) const;

 private:
  void refuse_if_among(const std::vector<std::string>& names, const std::string& file) const;

  std::string header_;
  Format format_;
  char delimiter_;
  std::string column_;
};

}  // namespace nearfar
