#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/data/columns.h"
#include "nearfar/io/record.h"

namespace nearfar {

/// The first few different texts of a column, for a message. A text that is known costs a few comparisons.
class NEARFAR_EXPORT SeenValues {
 public:
  void add(std::string_view text);
  /// "'test' and 'train'", in the order they came; "", when there are none.
  [[nodiscard]] std::string listed() const;
  /// " (did you mean 'train'?)", or "" where none is near, or `asked` is one of them.
  [[nodiscard]] std::string near(std::string_view asked) const;

 private:
  std::vector<std::string> values_;
};

/// Conditions (--where), resolved against the header of a text table. All of them have to hold.
class NEARFAR_EXPORT RowFilter {
 public:
  RowFilter() = default;
  /// Throws Error (data) for a column that the header does not have; `file` and `option` are for the message.
  RowFilter(const std::vector<Condition>& conditions, const std::vector<std::string>& header,
            const std::string& file, const std::string& option);
  [[nodiscard]] bool passes(const Record& record) const;
  /// The columns that the conditions name.
  [[nodiscard]] std::vector<std::size_t> columns() const;
  /// Notes what a row that does not pass has in these columns, for refuse_all. Not for several threads.
  void note_refused(const Record& record);
  /// Throws Error (data) for a file of which no row is left: it has none, or none of its `count` rows passes,
  /// with the values that the columns do have. `rows` says what they are: "data rows", "pairs".
  [[noreturn]] void refuse_all(std::int64_t count, const std::string& rows, const std::string& file) const;

 private:
  struct Column {
    std::size_t at;
    Condition condition;
    SeenValues refused;
  };
  std::vector<Column> conditions_;
  std::string option_;
};

/// Throws Error (data): the file has a header at most. `rows` as above.
[[noreturn]] NEARFAR_EXPORT void refuse_no_rows(const std::string& rows, const std::string& file);

}  // namespace nearfar
