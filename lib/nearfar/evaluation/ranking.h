#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/neighbors/rank_count.h"

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
  /// From rank 1; what lies between two groups with relevant items is one group. All groups with relevant
  /// items that begin within the depth asked for.
  std::vector<TieGroup> groups;
  std::int64_t relevant = 0;    ///< R, in the whole gallery after exclusions
  std::int64_t nearer = 0;      ///< items strictly nearer than the nearest relevant one
  TieGroup first_hit;           ///< the group of the nearest relevant item
  bool first_hit_tied = false;  ///< first_hit mixes relevant and other items
  bool tied = false;            ///< one of `groups` does
};

/// The ranking down to rank `depth` (0: only first_hit) of a query whose relevant items stand in `counted`,
/// as count_ranks gives them (with ties_by_row for TiePolicy::index). O(groups).
[[nodiscard]] NEARFAR_EXPORT Ranking ranking_of(std::span<const RankGroup> counted, std::int64_t depth,
                                                TiePolicy ties);

}  // namespace nearfar
