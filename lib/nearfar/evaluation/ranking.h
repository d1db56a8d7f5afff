#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/neighbors/rank_count.h"

namespace nearfar {

/// What becomes of items at equal distance, of which some are relevant and some are not.
enum class TiePolicy {
  expected,     ///< the mean over all orders of the tied items
  optimistic,   ///< the most relevant ones first
  pessimistic,  ///< the most relevant ones last
  trec,         ///< by id, bytewise descending, as trec_eval does
  index         ///< by row number, or by line of a run
};
[[nodiscard]] NEARFAR_EXPORT TiePolicy parse_tie_policy(std::string_view name);
[[nodiscard]] NEARFAR_EXPORT std::string_view tie_policy_name(TiePolicy policy);
[[nodiscard]] NEARFAR_EXPORT std::span<const std::string_view> tie_policy_names();

/// What a grade is worth.
enum class Gain {
  linear,  ///< the grade itself
  exp2     ///< 2^grade - 1
};
[[nodiscard]] NEARFAR_EXPORT Gain parse_gain(std::string_view name);
[[nodiscard]] NEARFAR_EXPORT std::string_view gain_name(Gain gain);
[[nodiscard]] NEARFAR_EXPORT std::span<const std::string_view> gain_names();

/// How grades, which are 0 or more, are read.
struct Grading {
  std::int32_t min_grade = 1;  ///< a grade from which on an item is relevant
  Gain gain = Gain::linear;

  [[nodiscard]] bool relevant(std::int32_t grade) const { return grade >= min_grade; }
  [[nodiscard]] NEARFAR_EXPORT double of(std::int32_t grade) const;
};

/// Items at one distance, nearest group first.
struct TieGroup {
  std::int64_t items = 0;
  std::int64_t relevant = 0;
  std::int64_t nonrelevant = 0;  ///< judged, and not relevant
  double gain = 0;               ///< of all of them together
};

/// Judged items of one gain.
struct IdealGain {
  double gain = 0;
  std::int64_t items = 0;
};

constexpr std::int64_t kAllRanks = std::numeric_limits<std::int64_t>::max();

/// The ranked gallery of one query as far as the measures look.
struct Ranking {
  /// From rank 1; what lies between two groups with judged items is one group. All groups with judged
  /// items that begin within the depth asked for.
  std::vector<TieGroup> groups;
  std::int64_t relevant = 0;     ///< R: in the whole gallery after exclusions, or judged, ranked or not
  std::int64_t nonrelevant = 0;  ///< judged and not relevant, ranked or not
  std::int64_t items = 0;        ///< all that have a rank or are judged
  std::int64_t ranked = 0;       ///< ranks that count: what comes later was not retrieved
  std::vector<IdealGain> ideal;  ///< of all judged items with a gain, the largest first
  std::int64_t nearer = 0;       ///< items strictly nearer than the nearest relevant one
  TieGroup first_hit;           ///< the group of the nearest relevant item; without items where there is none
  bool first_hit_tied = false;  ///< first_hit mixes relevant and other items
  bool tied = false;            ///< one of `groups` mixes items of different worth
};

/// The ranking down to rank `depth` (0: only first_hit) of a query whose `relevant` items stand in `counted`
/// among `items` candidates, as count_ranks gives them for that depth or more (with ties_by_row for the
/// policies that go by an order of rows). Every candidate is judged, with a gain of 1 where it is relevant.
/// Ranks beyond `ranked` do not count. O(groups).
[[nodiscard]] NEARFAR_EXPORT Ranking ranking_of(std::span<const RankGroup> counted, std::int64_t relevant,
                                                std::int64_t items, std::int64_t depth, TiePolicy ties,
                                                std::int64_t ranked = kAllRanks);

/// Where judged items stand: those of one distance, or a single one where ties are broken by an order.
struct GradedGroup {
  std::int64_t nearer = 0;           ///< items before this group
  std::int64_t items = 0;            ///< items of this group, judged ones included
  std::vector<std::int32_t> grades;  ///< of the judged ones, in any order
  bool tied = false;                 ///< items of different worth are at this distance
};

/// Whether items of different worth (relevance or gain) are among `items`, of which the judged ones have
/// these grades.
[[nodiscard]] NEARFAR_EXPORT bool differ_in_worth(std::int64_t items, std::span<const std::int32_t> grades,
                                                  const Grading& grading);

/// The same from graded judgements: `groups` in their order, `absent` the grades of judged items that have no
/// rank at all, `found` the items that have one. O(judged items log judged items).
[[nodiscard]] NEARFAR_EXPORT Ranking graded_ranking(std::span<const GradedGroup> groups,
                                                    std::span<const std::int32_t> absent, std::int64_t found,
                                                    const Grading& grading, std::int64_t depth,
                                                    TiePolicy ties, std::int64_t ranked = kAllRanks);

}  // namespace nearfar
