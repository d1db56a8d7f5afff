#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/core/random.h"
#include "nearfar/data/dataset.h"

namespace nearfar {

/// What a strategy sees of one anchor.
struct Anchor {
  std::int32_t row = 0;
  std::span<const std::int32_t> codes;       ///< class of every row; Labels::kUnknown rows are no candidates
  std::span<const std::int64_t> same_class;  ///< rows of the anchor's class, itself included, ascending
  std::span<const float> distances;  ///< from the anchor to every row; empty if the strategy needs none
  std::int64_t negatives = 0;        ///< rows of other known classes

  [[nodiscard]] bool is_negative(std::int32_t row_index) const {
    const std::int32_t code = codes[static_cast<std::size_t>(row_index)];
    return code != Labels::kUnknown && code != codes[static_cast<std::size_t>(row)];
  }
  [[nodiscard]] float distance(std::int64_t to) const { return distances[static_cast<std::size_t>(to)]; }
};

struct Choice {
  std::int32_t positive;
  std::int32_t negative;
};

/// One way of choosing triplets for an anchor. Ties in distance go to the lower row.
struct MiningStrategy {
  std::string_view name;
  std::string_view meaning;
  std::string_view source;
  bool needs_distances;
  std::int64_t default_per_anchor;  ///< 0: no limit
  /// Appends the chosen triplets of an anchor that has a positive and a negative: all allowed ones, or if
  /// `limit` > 0 at most that many of them, drawn with `random`.
  void (*choose)(const Anchor& anchor, std::int64_t limit, Random& random, std::vector<Choice>& chosen);
};

[[nodiscard]] NEARFAR_EXPORT std::span<const MiningStrategy> mining_strategies();
/// By name. Throws Error (usage) that lists the names.
[[nodiscard]] NEARFAR_EXPORT const MiningStrategy& mining_strategy(std::string_view name);

// The rows of the table, one file per family.
void choose_all(const Anchor& anchor, std::int64_t limit, Random& random, std::vector<Choice>& chosen);
void choose_hard(const Anchor& anchor, std::int64_t limit, Random& random, std::vector<Choice>& chosen);
void choose_semihard(const Anchor& anchor, std::int64_t limit, Random& random, std::vector<Choice>& chosen);

}  // namespace nearfar
