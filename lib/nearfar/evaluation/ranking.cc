#include "nearfar/evaluation/ranking.h"

#include <algorithm>
#include <array>
#include <bit>

#include "nearfar/core/error.h"
#include "nearfar/core/family.h"
#include "nearfar/core/text.h"

namespace nearfar {
namespace {

constexpr std::array<std::string_view, 4> kPolicies{"expected", "optimistic", "pessimistic", "index"};

// Unsigned keys in the order of (distance, row); distances may be negative (dot), never NaN. -0 counts as 0.
std::uint64_t sort_key(float distance, std::size_t row) {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(distance + 0.0F);
  const std::uint32_t ordered = (bits & 0x80000000U) != 0 ? ~bits : bits | 0x80000000U;
  return (std::uint64_t{ordered} << 32U) | row;
}

// A group under a policy that decides ties: relevant items first, last, or by row.
void append_decided(std::vector<TieGroup>& groups, TieGroup group, TiePolicy ties) {
  const TieGroup hits{group.relevant, group.relevant};
  const TieGroup misses{group.items - group.relevant, 0};
  for (const TieGroup& part :
       {ties == TiePolicy::optimistic ? hits : misses, ties == TiePolicy::optimistic ? misses : hits}) {
    if (part.items > 0) groups.push_back(part);
  }
}

void find_first_hit(Ranking& ranking, std::span<const std::uint64_t> keys, std::span<const std::int8_t> flags,
                    TiePolicy ties) {
  std::uint64_t nearest = ~std::uint64_t{0};
  for (const std::uint64_t key : keys) {
    if (flags[key & 0xFFFFFFFFU] == 1) nearest = std::min(nearest, key);
  }
  for (const std::uint64_t key : keys) {
    if (key >> 32U < nearest >> 32U) ++ranking.nearer;
    if (key >> 32U != nearest >> 32U) continue;
    if (ties == TiePolicy::index && key < nearest) ++ranking.nearer;
    ++ranking.first_hit.items;
    if (flags[key & 0xFFFFFFFFU] == 1) ++ranking.first_hit.relevant;
  }
  const std::int64_t misses = ranking.first_hit.items - ranking.first_hit.relevant;
  ranking.first_hit_tied = misses > 0;
  if (ties == TiePolicy::expected) return;
  if (ties == TiePolicy::pessimistic) ranking.nearer += misses;
  ranking.first_hit = {1, 1};
}

}  // namespace

TiePolicy parse_tie_policy(std::string_view name) {
  return value_named<TiePolicy>(kPolicies, "--ties", "tie policy", name);
}

std::string_view tie_policy_name(TiePolicy policy) { return kPolicies[static_cast<std::size_t>(policy)]; }
std::span<const std::string_view> tie_policy_names() { return kPolicies; }

Ranking rank_items(std::span<const float> distances, std::span<const std::int8_t> flags, std::int64_t depth,
                   TiePolicy ties, std::vector<std::uint64_t>& scratch) {
  Ranking ranking;
  scratch.clear();
  for (std::size_t i = 0; i < distances.size(); ++i) {
    if (flags[i] < 0) continue;
    scratch.push_back(sort_key(distances[i], i));
    ranking.relevant += flags[i];
  }
  ranking.candidates = static_cast<std::int64_t>(scratch.size());
  if (ranking.relevant == 0) return ranking;
  find_first_hit(ranking, scratch, flags, ties);
  depth = std::min(depth, ranking.candidates);
  if (depth == 0) return ranking;
  // The depth nearest items, and the rest of the group that the last one is in.
  const auto last = scratch.begin() + (depth - 1);
  std::nth_element(scratch.begin(), last, scratch.end());
  const std::uint64_t limit = *last >> 32U;
  const auto end =
      std::partition(last + 1, scratch.end(), [&](std::uint64_t key) { return key >> 32U == limit; });
  std::sort(scratch.begin(), end);
  for (auto at = scratch.begin(); at != end;) {
    TieGroup group;
    const auto begin = at;
    for (; at != end && *at >> 32U == *begin >> 32U; ++at) {
      ++group.items;
      group.relevant += flags[*at & 0xFFFFFFFFU];
    }
    const bool mixed = group.relevant > 0 && group.relevant < group.items;
    ranking.tied = ranking.tied || mixed;
    if (!mixed || ties == TiePolicy::expected) {
      ranking.groups.push_back(group);
    } else if (ties == TiePolicy::index) {
      for (auto item = begin; item != at; ++item) ranking.groups.push_back({1, flags[*item & 0xFFFFFFFFU]});
    } else {
      append_decided(ranking.groups, group, ties);
    }
  }
  return ranking;
}

}  // namespace nearfar
