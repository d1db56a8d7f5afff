#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nearfar/core/export.h"

namespace nearfar {

/// Throws Error (usage): "OPTION: there is no WHAT 'x' in this version (did you mean 'y'?)" with the list of
/// names. `what` is the singular, its plural is made with s; `option` may be empty.
[[noreturn]] NEARFAR_EXPORT void refuse_name(std::string_view option, std::string_view what,
                                             std::string_view name, std::span<const std::string> names);

/// The names in a family's table (distances, losses, strategies, ...): the `name` member of each row.
template <class Table>
[[nodiscard]] std::vector<std::string> names_of(const Table& table) {
  std::vector<std::string> names;
  for (const auto& row : table) names.emplace_back(row.name);
  return names;
}

/// The row called `name`, or refuse_name.
template <class Row>
[[nodiscard]] const Row& row_named(std::span<const Row> table, std::string_view option, std::string_view what,
                                   std::string_view name) {
  for (const Row& row : table) {
    if (row.name == name) return row;
  }
  refuse_name(option, what, name, names_of(table));
}

/// The same for an enumeration whose names stand in the order of its values: the value called `name`.
template <class Enum>
[[nodiscard]] Enum value_named(std::span<const std::string_view> names, std::string_view option,
                               std::string_view what, std::string_view name) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return static_cast<Enum>(i);
  }
  refuse_name(option, what, name, std::vector<std::string>(names.begin(), names.end()));
}

}  // namespace nearfar
