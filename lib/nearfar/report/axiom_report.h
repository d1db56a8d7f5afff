#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "nearfar/core/export.h"
#include "nearfar/metric/axioms.h"

namespace nearfar {

/// What check-metric found, ready to be written in any form.
struct AxiomText {
  AxiomReport report;
  std::string subject;  ///< "euclidean", "model (euclidean)", "matrix"
  std::string formula;  ///< of the distance; empty for a matrix
  double tolerance = 0;
  std::string required;  ///< the verdict that was required; empty when none was
  bool passed = true;
  std::string item_word;  ///< what an item is called before its name: "row" or "item"
  std::function<std::string(std::int64_t)> item_name;  ///< the id, or the 1-based number
};

struct AxiomFormat {
  std::string_view name;
  std::string_view meaning;
  std::string (*render)(const AxiomText& text);
};
[[nodiscard]] NEARFAR_EXPORT std::span<const AxiomFormat> axiom_formats();
/// By name. Throws Error (usage) that lists the names.
[[nodiscard]] NEARFAR_EXPORT const AxiomFormat& axiom_format(std::string_view name);

}  // namespace nearfar
