#include "nearfar/evaluation/ranking.h"

#include <array>

#include "nearfar/core/error.h"
#include "nearfar/core/family.h"
#include "nearfar/core/text.h"

namespace nearfar {
namespace {

constexpr std::array<std::string_view, 4> kPolicies{"expected", "optimistic", "pessimistic", "index"};

// A group under the policies that decide ties: relevant items first, or last.
void append(std::vector<TieGroup>& groups, TieGroup group, TiePolicy ties) {
  const TieGroup hits{group.relevant, group.relevant};
  const TieGroup misses{group.items - group.relevant, 0};
  if (ties == TiePolicy::expected || misses.items == 0) {
    groups.push_back(group);
    return;
  }
  const bool hits_first = ties == TiePolicy::optimistic;
  groups.push_back(hits_first ? hits : misses);
  groups.push_back(hits_first ? misses : hits);
}

}  // namespace

TiePolicy parse_tie_policy(std::string_view name) {
  return value_named<TiePolicy>(kPolicies, "--ties", "tie policy", name);
}

std::string_view tie_policy_name(TiePolicy policy) { return kPolicies[static_cast<std::size_t>(policy)]; }
std::span<const std::string_view> tie_policy_names() { return kPolicies; }

Ranking ranking_of(std::span<const RankGroup> counted, std::int64_t depth, TiePolicy ties) {
  Ranking ranking;
  if (counted.empty()) return ranking;
  for (const RankGroup& group : counted) ranking.relevant += group.relevant;
  const RankGroup& first = counted.front();
  ranking.nearer = first.nearer + (ties == TiePolicy::pessimistic ? first.items - first.relevant : 0);
  ranking.first_hit = ties == TiePolicy::expected ? TieGroup{first.items, first.relevant} : TieGroup{1, 1};
  ranking.first_hit_tied = first.tied;
  std::int64_t rank = 0;  // items so far
  for (const RankGroup& group : counted) {
    if (rank >= depth) break;
    if (group.nearer > rank) ranking.groups.push_back({group.nearer - rank, 0});
    rank = group.nearer + group.items;
    if (group.nearer >= depth) break;
    append(ranking.groups, {group.items, group.relevant}, ties);
    ranking.tied = ranking.tied || group.tied;
  }
  return ranking;
}

}  // namespace nearfar
