#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nearfar {

/// Finds the line feed that ends a CSV record in bytes that arrive piece by piece; line feeds between quotes
/// are part of the record. Every byte is looked at once, whatever the pieces.
class CsvRecordEnd {
 public:
  explicit CsvRecordEnd(char delimiter) : delimiter_(delimiter) {}

  /// `data` is the record from its first byte on, as far as it has been read, at least as far as in the last
  /// call; `whole`: no more will come. Whether the end was found.
  bool find(std::string_view data, bool whole);
  /// After true: the offset of the line feed.
  [[nodiscard]] std::size_t end() const { return at_; }
  /// After false with `whole`: whether a quoted field is open, and the offset of its quote.
  [[nodiscard]] bool inside_quotes() const { return inside_quotes_; }
  [[nodiscard]] std::size_t open_quote() const { return open_quote_; }
  /// Line feeds between quotes so far.
  [[nodiscard]] std::int64_t lines_inside() const { return lines_inside_; }

 private:
  bool skip_unquoted(std::string_view data);
  bool skip_quoted(std::string_view data, bool whole);

  char delimiter_;
  std::size_t at_ = 0;                              // everything before it has been looked at
  std::size_t line_feed_ = std::string_view::npos;  // the next one at or after at_, once it was looked for
  bool inside_quotes_ = false;
  std::size_t open_quote_ = 0;
  std::int64_t lines_inside_ = 0;
};

/// A field of a record, as offsets into its text; a quoted one includes its quotes.
struct CsvField {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool quoted = false;
};

/// The fields of a record given by its text without line end: RFC 4180; a quote inside a field that does not
/// begin with one stands for itself. Returns npos, or the offset of text behind a closing quote, where it
/// stopped.
std::size_t split_csv(std::string_view text, char delimiter, std::vector<CsvField>& fields);

/// The same for a text without quotes, as views; fast. Returns the number of fields, of which the first
/// `fields.size()` are stored.
std::size_t split_unquoted(std::string_view text, char delimiter, std::vector<std::string_view>& fields);

/// Appends what a quoted field stands for.
void undo_quotes(std::string_view quoted, std::vector<char>& out);

}  // namespace nearfar
