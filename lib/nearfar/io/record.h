#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nearfar/core/error.h"

namespace nearfar {

/// One row of a text table. The views are valid until the reader's next call.
struct Record {
  std::vector<std::string_view> fields;  ///< in the order of the header; quotes and escapes undone
  std::string_view text;                 ///< the record as it stands in the file, without its line end
  std::string_view line_end;             ///< "\n", "\r\n", or "" at the end of the file
  std::int64_t number = 0;               ///< 1-based among the data rows
  std::int64_t line = 0;                 ///< 1-based line of the file on which it starts
  std::vector<char> undone;              ///< holds the fields that had quotes or escapes

  Record() = default;
  Record(Record&&) = default;  // views into `undone` stay good when it moves
  Record& operator=(Record&&) = default;
  Record(const Record&) = delete;
  Record& operator=(const Record&) = delete;
  ~Record() = default;
};

/// A stream of records with named columns: CSV, TSV or JSON Lines. Every record has as many fields as the
/// header.
class NEARFAR_EXPORT RecordReader {
 public:
  virtual ~RecordReader() = default;
  [[nodiscard]] virtual const std::string& name() const = 0;
  [[nodiscard]] virtual const std::vector<std::string>& header() const = 0;
  /// The header as it stands in the file with its line end; "" where the format has none.
  [[nodiscard]] virtual std::string_view header_text() const = 0;
  /// Whether the columns have names of their own (false: --no-header, they are called 1, 2, ...).
  [[nodiscard]] virtual bool has_names() const = 0;

  /// The next records without their fields: at least one and at most records.size(), 0 at the end. Their
  /// views are valid until the next call. Throws Error (data) where no record can be told from the next.
  [[nodiscard]] virtual std::size_t take(std::span<Record> records) = 0;
  /// Gives a record that was taken its fields; several threads may split different records. Throws Error
  /// (data) for a record that is not well-formed.
  virtual void split(Record& record) const = 0;
  /// Takes and splits one record; false at the end.
  bool next(Record& record);

  /// Where field `column` (0-based) of a record that was split begins.
  [[nodiscard]] virtual Place place(const Record& record, std::size_t column) const = 0;
  /// Remarks for the user that are no errors (a last line without newline); complete after the end.
  [[nodiscard]] virtual const std::vector<std::string>& notes() const = 0;
};

}  // namespace nearfar
