#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nearfar/core/export.h"

namespace nearfar {

enum class Comparison { at_least, above, at_most, below };

/// A condition on a printed number: 'map@r>=0.62', 'queries>=540'.
struct Gate {
  std::string text;  ///< as the user wrote it
  std::string name;  ///< left of the comparison
  Comparison comparison = Comparison::at_least;
  double bound = 0;
};

/// Reads NAME>=X (also >, <=, <). Throws Error (usage) for anything else, a bound that is not finite
/// included.
[[nodiscard]] NEARFAR_EXPORT Gate parse_gate(std::string_view text);

struct GateVerdict {
  Gate gate;
  double value = 0;
  bool passed = false;
};

/// Compares unrounded. `values` are the numbers that can be named. Throws Error (usage) for a name that is
/// not among them, and Error (data) for a value that is not finite: a gate never passes on a number that
/// could not be computed.
[[nodiscard]] NEARFAR_EXPORT GateVerdict decide(const Gate& gate,
                                                std::span<const std::pair<std::string, double>> values);

}  // namespace nearfar
