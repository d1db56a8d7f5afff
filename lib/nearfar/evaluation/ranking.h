#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nearfar/core/export.h"

namespace nearfar {

/// What becomes of items at equal distance, of which some are relevant and some are not.
enum class TiePolicy {
  expected,     ///< the mean over all orders of the tied items, in closed form
  optimistic,   ///< relevant ones first
  pessimistic,  ///< relevant ones last
  index         ///< by row number
};
[[nodiscard]] NEARFAR_EXPORT TiePolicy parse_tie_policy(std::string_view name);
[[nodiscard]] NEARFAR_EXPORT std::string_view tie_policy_name(TiePolicy policy);
[[nodiscard]] NEARFAR_EXPORT std::span<const std::string_view> tie_policy_names();

/// Items at one distance, nearest group first.
struct TieGroup {
  std::int64_t items = 0;
  std::int64_t relevant = 0;
};

/// The ranked gallery of one query as far as the measures look.
struct Ranking {
  std::vector<TieGroup> groups;  ///< from rank 1; all groups that begin within the depth asked for
  std::int64_t relevant = 0;     ///< R, in the whole gallery after exclusions
  std::int64_t candidates = 0;   ///< gallery items after exclusions
  std::int64_t nearer = 0;       ///< items strictly nearer than the nearest relevant one
  TieGroup first_hit;            ///< the group of the nearest relevant item
  bool first_hit_tied = false;   ///< first_hit mixes relevant and other items
  bool tied = false;             ///< one of `groups` does
};

/// The ranking of items at `distances`, where flags[i] is 1 for relevant, 0 for not relevant and -1 for
/// excluded, down to rank `depth` (0: only first_hit). O(items + depth log depth). `scratch` is reused
/// between calls.
[[nodiscard]] NEARFAR_EXPORT Ranking rank_items(std::span<const float> distances,
                                                std::span<const std::int8_t> flags, std::int64_t depth,
                                                TiePolicy ties, std::vector<std::uint64_t>& scratch);

}  // namespace nearfar
