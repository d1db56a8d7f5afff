#include "nearfar/evaluation/ranking.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

#include "nearfar/core/error.h"
#include "nearfar/core/family.h"
#include "nearfar/core/text.h"

namespace nearfar {
namespace {

constexpr std::array<std::string_view, 5> kPolicies{"expected", "optimistic", "pessimistic", "trec", "index"};
constexpr std::array<std::string_view, 2> kGains{"linear", "exp2"};

bool mixes(const TieGroup& group) { return group.relevant > 0 && group.relevant < group.items; }

// Sets first_hit if this is the first group with a relevant item; `rank` items are before it.
void note_first_hit(Ranking& ranking, const TieGroup& group, std::int64_t rank, bool tied) {
  if (group.relevant == 0 || ranking.first_hit.items > 0) return;
  ranking.nearer = rank;
  ranking.first_hit = group;
  ranking.first_hit_tied = tied;
}

// A group under the policies that decide ties: relevant items first, or last.
void append(std::vector<TieGroup>& groups, TieGroup group, TiePolicy ties) {
  if (ties == TiePolicy::expected || !mixes(group)) {
    groups.push_back(group);
    return;
  }
  const TieGroup hits{group.relevant, group.relevant, 0, group.gain};
  const TieGroup misses{group.items - group.relevant, 0, group.nonrelevant, 0};
  const bool hits_first = ties == TiePolicy::optimistic;
  groups.push_back(hits_first ? hits : misses);
  groups.push_back(hits_first ? misses : hits);
}

TieGroup of_grades(std::span<const std::int32_t> grades, std::int64_t items, const Grading& grading) {
  TieGroup group{items, 0, 0, 0};
  for (const std::int32_t grade : grades) {
    ++(grading.relevant(grade) ? group.relevant : group.nonrelevant);
    group.gain += grading.of(grade);
  }
  return group;
}

// The groups that a policy makes of one: one, or one for each grade and one for what is not judged.
std::vector<TieGroup> decided(const GradedGroup& group, const Grading& grading, TiePolicy ties) {
  const auto judged = std::ssize(group.grades);
  if (group.items == 1 || (ties != TiePolicy::optimistic && ties != TiePolicy::pessimistic))
    return {of_grades(group.grades, group.items, grading)};
  std::vector<std::int32_t> grades = group.grades;
  std::sort(grades.begin(), grades.end(), std::greater<>());
  std::vector<TieGroup> parts;
  for (auto begin = grades.begin(); begin != grades.end();) {
    const auto end = std::find_if(begin, grades.end(), [&](std::int32_t grade) { return grade != *begin; });
    parts.push_back(of_grades({begin, end}, end - begin, grading));
    begin = end;
  }
  if (judged < group.items) parts.push_back({group.items - judged, 0, 0, 0});
  if (ties == TiePolicy::pessimistic) std::reverse(parts.begin(), parts.end());
  return parts;
}

// The gains of judged items, the largest first.
std::vector<IdealGain> ideal_of(std::vector<std::int32_t> grades, const Grading& grading) {
  std::sort(grades.begin(), grades.end(), std::greater<>());
  std::vector<IdealGain> ideal;
  for (const std::int32_t grade : grades) {
    const double gain = grading.of(grade);
    if (gain <= 0) break;
    if (ideal.empty() || ideal.back().gain != gain) ideal.push_back({gain, 0});
    ++ideal.back().items;
  }
  return ideal;
}

}  // namespace

TiePolicy parse_tie_policy(std::string_view name) {
  return value_named<TiePolicy>(kPolicies, "--ties", "tie policy", name);
}
std::string_view tie_policy_name(TiePolicy policy) { return kPolicies[static_cast<std::size_t>(policy)]; }
std::span<const std::string_view> tie_policy_names() { return kPolicies; }

Gain parse_gain(std::string_view name) { return value_named<Gain>(kGains, "--gain", "gain", name); }
std::string_view gain_name(Gain gain) { return kGains[static_cast<std::size_t>(gain)]; }
std::span<const std::string_view> gain_names() { return kGains; }

double Grading::of(std::int32_t grade) const { return gain == Gain::linear ? grade : std::exp2(grade) - 1; }

Ranking ranking_of(std::span<const RankGroup> counted, std::int64_t relevant, std::int64_t items,
                   std::int64_t depth, TiePolicy ties, std::int64_t ranked) {
  Ranking ranking;
  ranking.items = items;
  ranking.ranked = std::min(items, ranked);
  ranking.relevant = relevant;
  ranking.nonrelevant = items - ranking.relevant;
  if (counted.empty()) return ranking;
  ranking.ideal = {{1, ranking.relevant}};
  const RankGroup& first = counted.front();
  const bool misses_first = ties == TiePolicy::pessimistic;
  ranking.nearer = first.nearer + (misses_first ? first.items - first.relevant : 0);
  ranking.first_hit = ties == TiePolicy::expected ? TieGroup{first.items, first.relevant} : TieGroup{1, 1};
  ranking.first_hit_tied = first.tied;
  std::int64_t rank = 0;  // items so far
  for (const RankGroup& group : counted) {
    if (rank >= std::min(depth, ranking.ranked)) break;
    const std::int64_t between = group.nearer - rank;
    if (between > 0) ranking.groups.push_back({between, 0, between, 0});
    rank = group.nearer + group.items;
    if (group.nearer >= depth) break;
    append(ranking.groups,
           {group.items, group.relevant, group.items - group.relevant, static_cast<double>(group.relevant)},
           ties);
    ranking.tied = ranking.tied || group.tied;
  }
  return ranking;
}

bool differ_in_worth(std::int64_t items, std::span<const std::int32_t> grades, const Grading& grading) {
  if (grades.empty()) return false;
  const auto worth = [&](std::int32_t grade) {
    return std::pair(grading.relevant(grade), std::max(0, grade));
  };
  const auto first = worth(grades[0]);
  if (std::any_of(grades.begin(), grades.end(), [&](std::int32_t grade) { return worth(grade) != first; }))
    return true;
  return std::ssize(grades) < items && first != std::pair(false, 0);
}

Ranking graded_ranking(std::span<const GradedGroup> groups, std::span<const std::int32_t> absent,
                       std::int64_t found, const Grading& grading, std::int64_t depth, TiePolicy ties,
                       std::int64_t ranked) {
  Ranking ranking;
  ranking.items = found + std::ssize(absent);
  ranking.ranked = std::min(found, ranked);
  std::vector<std::int32_t> grades(absent.begin(), absent.end());
  for (const GradedGroup& group : groups)
    grades.insert(grades.end(), group.grades.begin(), group.grades.end());
  for (const std::int32_t grade : grades)
    ++(grading.relevant(grade) ? ranking.relevant : ranking.nonrelevant);
  ranking.ideal = ideal_of(std::move(grades), grading);
  std::int64_t rank = 0;  // items so far
  for (const GradedGroup& group : groups) {
    const bool looked_at = group.nearer < std::min(depth, ranking.ranked);
    if (!looked_at && ranking.first_hit.items > 0) break;
    if (looked_at && group.nearer > rank) ranking.groups.push_back({group.nearer - rank, 0, 0, 0});
    rank = group.nearer;
    for (const TieGroup& part : decided(group, grading, ties)) {
      note_first_hit(ranking, part, rank, group.tied);
      if (looked_at) ranking.groups.push_back(part);
      rank += part.items;
    }
    if (looked_at) ranking.tied = ranking.tied || group.tied;
  }
  return ranking;
}

}  // namespace nearfar
