#pragma once

#include <cstdint>
#include <vector>

namespace nearfar {

/// Chances of drawing without replacement: of `items`, of which `marked` are marked, `drawn` are drawn.
struct MarkedDrawn {
  std::int64_t least = 0;       ///< marked ones drawn at least
  std::vector<double> chances;  ///< of drawing least, least + 1, ... of them, up to the most
};
/// The hypergeometric distribution. O(min(marked, drawn)), without overflow for any numbers.
[[nodiscard]] MarkedDrawn marked_drawn(std::int64_t items, std::int64_t marked, std::int64_t drawn);

}  // namespace nearfar
