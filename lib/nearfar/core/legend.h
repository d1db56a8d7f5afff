#pragma once

#include <span>
#include <string>
#include <string_view>

#include "nearfar/core/export.h"

namespace nearfar {

/// A letter in the formulas of a family: {"R", "R: all relevant items"}.
struct Symbol {
  std::string_view name;
  std::string_view meaning;
};

/// What the symbols stand for that occur in the formulas, in the order of the table: "h(k): ...; R: ...". A
/// symbol occurs where no letter, digit or _ is next to it.
[[nodiscard]] NEARFAR_EXPORT std::string legend_of(std::span<const std::string> formulas,
                                                   std::span<const Symbol> symbols);

}  // namespace nearfar
