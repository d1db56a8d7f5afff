#include "nearfar/evaluation/measure_values.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "nearfar/evaluation/chance.h"

namespace nearfar {
namespace {

double real(std::int64_t value) { return static_cast<double>(value); }

// visit(group, rank, places) for every group that begins within the first k ranks that count: `rank` items
// are before it, and `places` of its own are within.
template <class Visit>
void for_each_group(const Ranking& ranking, std::int64_t k, Visit visit) {
  const std::int64_t last = std::min(k, ranking.ranked);
  std::int64_t rank = 0;
  for (const TieGroup& group : ranking.groups) {
    if (rank >= last) return;
    visit(group, rank, std::min(last - rank, group.items));
    rank += group.items;
  }
}

// Sum over i <= k of E[r_i h(i)] / i. At place j of a group of g items with r relevant that begins after H
// hits, E[r_i h(i)] = r/g (H + 1 + (j-1)(r-1)/(g-1)).
double precision_sum(const Ranking& ranking, std::int64_t k) {
  double sum = 0;
  double hits = 0;
  for_each_group(ranking, k, [&](const TieGroup& group, std::int64_t rank, std::int64_t places) {
    if (group.relevant == 0) return;
    const double chance = real(group.relevant) / real(group.items);
    const double further = group.items > 1 ? real(group.relevant - 1) / real(group.items - 1) : 0;
    for (std::int64_t j = 1; j <= places; ++j)
      sum += chance * (hits + 1 + real(j - 1) * further) / real(rank + j);
    hits += real(group.relevant);
  });
  return sum;
}

// Sum over ranks i in (from, to] of the discount 1 / log2(i + 1).
double discounts(std::int64_t from, std::int64_t to) {
  if (to == from + 1) return 1 / std::log2(real(to) + 1);
  thread_local std::vector<double> sums{0};  // of the first i, for i = 0, 1, ...
  for (auto i = std::ssize(sums); i <= to; ++i) sums.push_back(sums.back() + 1 / std::log2(real(i) + 1));
  return sums[static_cast<std::size_t>(to)] - sums[static_cast<std::size_t>(from)];
}

double real_min(std::int64_t a, std::int64_t b) { return real(std::min(a, b)); }

}  // namespace

double expected_hits(const Ranking& ranking, std::int64_t k) {
  double hits = 0;
  for_each_group(ranking, k, [&](const TieGroup& group, std::int64_t, std::int64_t places) {
    hits += real(places) * real(group.relevant) / real(group.items);
  });
  return hits;
}

double precision_at(const Ranking& ranking, std::int64_t k) { return expected_hits(ranking, k) / real(k); }

double recall_at(const Ranking& ranking, std::int64_t k) {
  return expected_hits(ranking, k) / real(ranking.relevant);
}

double recall_cap_at(const Ranking& ranking, std::int64_t k) {
  return expected_hits(ranking, k) / real_min(k, ranking.relevant);
}

double r_precision(const Ranking& ranking, std::int64_t) { return recall_at(ranking, ranking.relevant); }

// P(h(k) >= 1): the first hit is at place i + 1 of a group of g items with r relevant with the chance that
// none was before, prod over j < i of (g-r-j)/(g-j), times r/(g-i).
double hit_at(const Ranking& ranking, std::int64_t k) {
  double none = 1;  // chance of no hit so far
  double hit = 0;   // 1 - none, summed on its own so that hit@1 is r/g to the last bit
  bool sure = false;
  for_each_group(ranking, k, [&](const TieGroup& group, std::int64_t, std::int64_t places) {
    sure = sure || places > group.items - group.relevant;
    for (std::int64_t i = 0; !sure && i < places && group.relevant > 0; ++i) {
      hit += none * real(group.relevant) / real(group.items - i);
      none *= real(group.items - group.relevant - i) / real(group.items - i);
    }
  });
  return sure ? 1 : hit;
}

double map_at_r(const Ranking& ranking, std::int64_t) { return map_at(ranking, ranking.relevant); }

double mean_average_precision(const Ranking& ranking, std::int64_t) { return map_at(ranking, kAllRanks); }

double map_at(const Ranking& ranking, std::int64_t k) {
  return precision_sum(ranking, k) / real(ranking.relevant);
}

double map_cap_at(const Ranking& ranking, std::int64_t k) {
  return precision_sum(ranking, k) / real_min(k, ranking.relevant);
}

double mrr(const Ranking& ranking, std::int64_t) { return mrr_at(ranking, kAllRanks); }

// E[1 / rank of the first hit]: in its group of g items with r relevant the first hit is at place j with
// chance C(g-j, r-1) / C(g, r), which falls from r/g by the factor (g-j-r+1)/(g-j) from one place to the
// next.
double mrr_at(const Ranking& ranking, std::int64_t k) {
  const std::int64_t items = ranking.first_hit.items;
  const std::int64_t relevant = ranking.first_hit.relevant;
  const std::int64_t last = std::min(k, ranking.ranked);
  double sum = 0;
  double chance = items > 0 ? real(relevant) / real(items) : 0;
  for (std::int64_t j = 1; j <= items - relevant + 1 && ranking.nearer + j <= last; ++j) {
    sum += chance / real(ranking.nearer + j);
    if (j < items) chance *= real(items - j - relevant + 1) / real(items - j);
  }
  return sum;
}

double ndcg(const Ranking& ranking, std::int64_t) { return ndcg_at(ranking, kAllRanks); }

// DCG = sum of gain_i / log2(i + 1); every place of a group has the mean gain of its items. The ideal order
// of all judged items has the largest gains first.
double ndcg_at(const Ranking& ranking, std::int64_t k) {
  double dcg = 0;
  for_each_group(ranking, k, [&](const TieGroup& group, std::int64_t rank, std::int64_t places) {
    if (group.gain <= 0) return;
    // Relevant items that are tied with each other alone count as if they were not, to the last bit.
    const std::int64_t step = group.relevant == group.items ? 1 : places;
    for (std::int64_t i = 0; i < places; i += step)
      dcg += group.gain / real(group.items) * discounts(rank + i, rank + i + step);
  });
  double ideal = 0;
  std::int64_t rank = 0;
  for (const IdealGain& best : ranking.ideal) {
    if (rank >= k) break;
    const std::int64_t end = rank + std::min(best.items, k - rank);
    ideal += best.gain * discounts(rank, end);
    rank = end;
  }
  return dcg / ideal;
}

// R / rank of the last relevant item, 0 if that has no rank. In its group of g items with r relevant the last
// one is at place j with chance C(j-1, r-1) / C(g, r), which falls from r/g at j = g by the factor
// (j-r)/(j-1) from one place to the one before.
double minp(const Ranking& ranking, std::int64_t) {
  std::int64_t found = 0;
  std::int64_t before = 0;  // the last group with a hit
  TieGroup last;
  for_each_group(ranking, kAllRanks, [&](const TieGroup& group, std::int64_t rank, std::int64_t) {
    if (group.relevant == 0) return;
    found += group.relevant;
    before = rank;
    last = group;
  });
  if (ranking.relevant == 0) return std::nan("");
  if (found < ranking.relevant) return 0;
  double sum = 0;
  double chance = real(last.relevant) / real(last.items);
  for (std::int64_t j = last.items; j >= last.relevant; --j) {
    if (before + j <= ranking.ranked) sum += chance * real(ranking.relevant) / real(before + j);
    if (j > 1) chance *= real(j - last.relevant) / real(j - 1);
  }
  return sum;
}

// Pairs of a relevant and another item, of which those in the right order count 1 and tied ones 1/2. What has
// no rank that counts comes last, tied. Of a group that is cut behind m of its g places a relevant item is
// ahead of one that comes last with chance m/g, else tied with it.
double auc(const Ranking& ranking, std::int64_t) {
  const std::int64_t others = ranking.items - ranking.relevant;
  double right = 0;
  std::int64_t relevant_before = 0;
  std::int64_t others_before = 0;
  double cut_behind = 0;  // places of the cut group that do not count
  double others_cut = 0;  // other items expected there
  for_each_group(ranking, kAllRanks, [&](const TieGroup& group, std::int64_t, std::int64_t places) {
    const std::int64_t own = group.items - group.relevant;
    const double seen = real(places) / real(group.items);
    const double later = real(others - others_before - own);
    right += real(group.relevant) * (0.5 * real(own) + later * (0.5 + 0.5 * seen));
    cut_behind = real(group.items - places);
    others_cut = real(own) * (1 - seen);
    relevant_before += group.relevant;
    others_before += own;
  });
  // Others that come last: those behind the last rank. Where no group is cut, ranks behind the last group
  // hold other items.
  const double others_last = cut_behind > 0 ? real(others - others_before) + others_cut
                                            : real(others - (ranking.ranked - relevant_before));
  right += 0.5 * real(ranking.relevant - relevant_before) * others_last;
  return right / (real(ranking.relevant) * real(others));
}

// (1/R) sum over the relevant items of 1 - min(nonrelevant ones before it, R) / min(N, R), of N judged as not
// relevant; Buckley and Voorhees, SIGIR 2004, as trec_eval has it. Among the n nonrelevant items of its own
// group as many come before a relevant one as it likes: 0 to n, each with the same chance.
double bpref(const Ranking& ranking, std::int64_t) {
  const std::int64_t most = std::min(ranking.nonrelevant, ranking.relevant);
  std::int64_t before = 0;
  const auto preferred = [&](std::int64_t own) {
    return most == 0 ? 1 : 1 - real_min(before + own, ranking.relevant) / real(most);
  };
  double sum = 0;
  for_each_group(ranking, kAllRanks, [&](const TieGroup& group, std::int64_t, std::int64_t places) {
    if (group.relevant > 0 && places == group.items) {
      double mean = 0;
      for (std::int64_t own = 0; own <= group.nonrelevant; ++own) mean += preferred(own);
      sum += real(group.relevant) * mean / real(group.nonrelevant + 1);
    } else if (group.relevant > 0) {
      for (std::int64_t j = 1; j <= places; ++j) {  // a relevant one at place j, after j - 1 of the others
        const MarkedDrawn own = marked_drawn(group.items - 1, group.nonrelevant, j - 1);
        double mean = 0;
        for (std::size_t i = 0; i < own.chances.size(); ++i)
          mean += own.chances[i] * preferred(own.least + static_cast<std::int64_t>(i));
        sum += real(group.relevant) / real(group.items) * mean;
      }
    }
    before += group.nonrelevant;
  });
  return sum / real(ranking.relevant);
}

double judged_at(const Ranking& ranking, std::int64_t k) {
  double judged = 0;
  for_each_group(ranking, k, [&](const TieGroup& group, std::int64_t, std::int64_t places) {
    judged += real(places) * real(group.relevant + group.nonrelevant) / real(group.items);
  });
  return ranking.ranked > 0 ? judged / real_min(k, ranking.ranked) : 0;
}

}  // namespace nearfar
