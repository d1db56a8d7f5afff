#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "nearfar/core/export.h"

namespace nearfar {

/// Index of the column called `name`, or of column number `name` (1-based) when no column has that name.
/// Throws Error (data) that lists the columns when there is none; `file` and `option` are for the message.
[[nodiscard]] NEARFAR_EXPORT std::size_t find_column(std::string_view name,
                                                     const std::vector<std::string>& names,
                                                     const std::string& file, std::string_view option);

/// Indices that a selector picks, without repeats: names, 1-based numbers, ranges (3-10, a-c, 5-),
/// comma-separated, in the order written; `!` in front of a part takes it away. A selector that begins with a
/// negation starts from the columns in `candidates`, and an open range (5-) takes only those; null stands for
/// all columns. Names with commas stand in double quotes. Throws Error (data: no such column; usage:
/// malformed).
[[nodiscard]] NEARFAR_EXPORT std::vector<std::size_t> select_columns(
    std::string_view selector, const std::vector<std::string>& names, const std::string& file,
    std::string_view option, const std::vector<std::size_t>* candidates = nullptr);

/// The names in words for a message; a long list is shortened.
[[nodiscard]] NEARFAR_EXPORT std::string columns_listed(const std::vector<std::string>& names);

/// One --where: rows whose column equals (or does not equal) a text.
struct Condition {
  std::string column;
  std::string value;
  bool equal = true;
};

/// Reads COL=VALUE or COL!=VALUE. Throws Error (usage), also for COL==VALUE.
[[nodiscard]] NEARFAR_EXPORT Condition parse_condition(std::string_view text, std::string_view option);

}  // namespace nearfar
