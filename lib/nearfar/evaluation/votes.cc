#include "nearfar/evaluation/votes.h"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>

#include "nearfar/data/labels.h"
#include "nearfar/evaluation/chance.h"

namespace nearfar {
namespace {

double real(std::int64_t value) { return static_cast<double>(value); }

/// The votes of one class: those of whole groups are sure; `open` items are in the group that is cut.
struct Votes {
  std::int64_t sure = 0;
  std::int64_t first = 0;     ///< group of the nearest sure one
  std::int64_t in_first = 0;  ///< items there
  std::int64_t open = 0;
};

/// All that the k nearest hold.
struct Ballot {
  Votes own;
  std::vector<Votes> others;
  std::int64_t cut = 0;       ///< number of the group that is cut
  std::int64_t places = 0;    ///< places left for it
  std::int64_t all_open = 0;  ///< items of it, those of no class included

  /// The group of the nearest member of a class that has votes.
  [[nodiscard]] std::int64_t first_of(const Votes& votes) const { return votes.sure > 0 ? votes.first : cut; }
};

Ballot count_votes(std::int32_t own, std::span<const TiedClasses> groups, std::int64_t k) {
  std::unordered_map<std::int32_t, Votes> by_class;
  Ballot ballot;
  std::int64_t left = k;
  for (std::size_t g = 0; g < groups.size() && left > 0; ++g) {
    const auto items = std::ssize(groups[g]);
    const bool whole = items <= left;
    for (const std::int32_t code : groups[g]) {
      Votes& votes = by_class[code];
      if (!whole) {
        ++votes.open;
        continue;
      }
      if (votes.sure++ == 0) votes.first = static_cast<std::int64_t>(g);
      if (votes.first == static_cast<std::int64_t>(g)) ++votes.in_first;
    }
    if (!whole) {
      ballot.cut = static_cast<std::int64_t>(g);
      ballot.places = left;
      ballot.all_open = items;
    }
    left -= std::min(left, items);
  }
  for (const auto& [code, votes] : by_class) {
    if (code == own) ballot.own = votes;
    if (code != own && code != Labels::kUnknown) ballot.others.push_back(votes);
  }
  return ballot;
}

// The chance of winning with `votes`, of which `drawn` are of the cut group, over the other classes.
double chance_with(const Ballot& ballot, std::int64_t votes, std::int64_t drawn) {
  const std::int64_t own_first = ballot.first_of(ballot.own);
  // Chances by (places taken by the classes so far, items of equal claim: those that compete for being the
  // nearest member among classes with as many votes).
  std::map<std::pair<std::int64_t, std::int64_t>, double> chances{{{0, 0}, 1.0}};
  const std::int64_t places = ballot.places - drawn;
  std::int64_t items = ballot.all_open - ballot.own.open;
  for (const Votes& other : ballot.others) {
    std::map<std::pair<std::int64_t, std::int64_t>, double> next;
    for (const auto& [state, chance] : chances) {
      const MarkedDrawn draw = marked_drawn(items, other.open, places - state.first);
      for (std::size_t i = 0; i < draw.chances.size(); ++i) {
        const std::int64_t taken = draw.least + static_cast<std::int64_t>(i);
        const std::int64_t total = other.sure + taken;
        if (total > votes) break;
        std::int64_t rivals = state.second;
        if (total == votes) {
          const std::int64_t first = ballot.first_of(other);
          if (first < own_first) continue;
          if (first == own_first) rivals += other.sure > 0 ? other.in_first : taken;
        }
        next[{state.first + taken, rivals}] += chance * draw.chances[i];
      }
    }
    items -= other.open;
    chances = std::move(next);
  }
  const std::int64_t claim = ballot.own.sure > 0 ? ballot.own.in_first : drawn;
  double wins = 0;
  for (const auto& [state, chance] : chances) wins += chance * real(claim) / real(claim + state.second);
  return wins;
}

double expected(const Ballot& ballot) {
  const MarkedDrawn own = marked_drawn(ballot.all_open, ballot.own.open, ballot.places);
  double chance = 0;
  for (std::size_t i = 0; i < own.chances.size(); ++i) {
    const std::int64_t drawn = own.least + static_cast<std::int64_t>(i);
    const std::int64_t votes = ballot.own.sure + drawn;
    if (votes > 0) chance += own.chances[i] * chance_with(ballot, votes, drawn);
  }
  return chance;
}

// With as many votes of its own as there can be, the rest must fit into classes that do not win by it.
bool can_win(const Ballot& ballot) {
  const std::int64_t drawn = std::min(ballot.own.open, ballot.places);
  const std::int64_t votes = ballot.own.sure + drawn;
  if (votes == 0) return false;
  std::int64_t room = ballot.all_open - ballot.own.open;  // of items of no class, and harmless ones
  for (const Votes& other : ballot.others) {
    const bool may_be_equal = ballot.first_of(other) >= ballot.first_of(ballot.own);
    const std::int64_t harmless = votes - other.sure - (may_be_equal ? 0 : 1);
    if (harmless < 0) return false;
    room -= std::max<std::int64_t>(0, other.open - harmless);
  }
  return room >= ballot.places - drawn;
}

// Some other class has as many votes as it can get, and its own class as few as that leaves.
bool can_lose(const Ballot& ballot) {
  const std::int64_t own_open = ballot.own.open;
  const std::int64_t fewest = std::max<std::int64_t>(0, ballot.places - (ballot.all_open - own_open));
  if (ballot.own.sure + fewest == 0) return true;
  return std::any_of(ballot.others.begin(), ballot.others.end(), [&](const Votes& other) {
    const std::int64_t total = other.sure + std::min(other.open, ballot.places);
    const std::int64_t votes = ballot.own.sure + fewest;
    return total > votes || (total == votes && ballot.first_of(other) <= ballot.first_of(ballot.own));
  });
}

}  // namespace

double majority_is(std::int32_t own, std::span<const TiedClasses> groups, std::int64_t k, TiePolicy ties) {
  const Ballot ballot = count_votes(own, groups, k);
  if (ties == TiePolicy::optimistic) return can_win(ballot) ? 1 : 0;
  if (ties == TiePolicy::pessimistic) return can_lose(ballot) ? 0 : 1;
  return expected(ballot);
}

}  // namespace nearfar
