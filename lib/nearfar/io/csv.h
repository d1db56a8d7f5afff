#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "nearfar/core/export.h"
#include "nearfar/io/record.h"
#include "nearfar/io/source.h"

namespace nearfar {

struct CsvOptions {
  char delimiter = ',';
  bool header = true;  ///< false: the first row is data; columns are named 1, 2, ...
  std::size_t buffer_bytes = std::size_t{4} << 20U;  ///< read at a time; grows to hold the longest record
};

/// RFC 4180: quotes, doubled quotes, line ends inside quotes, LF or CRLF, an optional byte-order mark; blank
/// lines are skipped when there is more than one column. Throws Error (data) for an empty input, an empty or
/// repeated column name, a header of numbers only, a header that holds another delimiter, a ragged row, an
/// unclosed quote and a record of more than 256 MiB.
[[nodiscard]] NEARFAR_EXPORT std::unique_ptr<RecordReader> open_csv(std::unique_ptr<Source> source,
                                                                    const CsvOptions& options);

/// Appends one field, quoted if it has to be.
NEARFAR_EXPORT void append_csv_field(std::string& out, std::string_view field, char delimiter);

}  // namespace nearfar
