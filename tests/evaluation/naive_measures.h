#pragma once

// The measures once more, from their definitions: over one ranking without ties, and over all orders of tied
// items.

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include "nearfar/evaluation/measures.h"

namespace nearfar::testing {

/// One query: the distance of every item, and 1 for relevant, 0 for not, -1 for left out.
struct NaiveQuery {
  std::vector<float> distances;
  std::vector<std::int8_t> flags;
};

/// A measure of relevance in rank order. A measure that has no definition here fails the test that asks for
/// it.
inline double naive_measure(std::string_view name, std::int64_t k, const std::vector<int>& relevance) {
  const double all = std::accumulate(relevance.begin(), relevance.end(), 0.0);
  const auto hits = [&](double ranks) {  // h(ranks)
    double count = 0;
    for (std::size_t i = 0; i < relevance.size() && static_cast<double>(i) < ranks; ++i)
      count += relevance[i];
    return count;
  };
  const auto cut = static_cast<double>(k);
  if (name == "precision@k") return hits(cut) / cut;
  if (name == "hit@k") return hits(cut) >= 1 ? 1 : 0;
  if (name == "r-precision") return hits(all) / all;
  if (name == "map@r") {
    double sum = 0;
    for (double rank = 1; rank <= all; ++rank)
      sum += relevance[static_cast<std::size_t>(rank) - 1] * hits(rank) / rank;
    return sum / all;
  }
  if (name == "mrr") {
    const auto first = std::find(relevance.begin(), relevance.end(), 1);
    return first == relevance.end() ? 0 : 1.0 / static_cast<double>(first - relevance.begin() + 1);
  }
  FAIL("the measure " << std::string(name) << " has no definition here: add one");
  return 0;
}

/// The measure for every order of the items that their distances allow; for `index` the one by row.
struct NaiveTies {
  double mean = 0;
  double best = 0;
  double worst = 1;
  double by_index = 0;
  bool tied = false;  ///< some relevant and some other item are at one distance
};

inline NaiveTies naive_ties(const Measure& measure, const NaiveQuery& query) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < query.flags.size(); ++i) {
    if (query.flags[i] >= 0) order.push_back(i);
  }
  NaiveTies ties;
  double orders = 0;
  do {  // starts with the order of the rows
    std::vector<std::size_t> ranked = order;
    const bool allowed = std::is_sorted(ranked.begin(), ranked.end(), [&](std::size_t a, std::size_t b) {
      return query.distances[a] < query.distances[b];
    });
    if (!allowed) continue;
    std::vector<int> relevance;
    for (const std::size_t item : ranked) relevance.push_back(query.flags[item]);
    const double value = naive_measure(measure.info->name, measure.k, relevance);
    if (orders == 0) ties.by_index = value;  // the first allowed order is that with ascending rows
    ties.mean += value;
    ties.best = std::max(ties.best, value);
    ties.worst = std::min(ties.worst, value);
    ++orders;
  } while (std::next_permutation(order.begin(), order.end()));
  ties.mean /= orders;
  for (std::size_t i = 0; i < query.flags.size(); ++i) {
    for (std::size_t j = 0; j < query.flags.size(); ++j) {
      if (query.flags[i] == 1 && query.flags[j] == 0 && query.distances[i] == query.distances[j])
        ties.tied = true;
    }
  }
  return ties;
}

/// Every measure of the table; those with a cut-off at several k.
inline std::vector<Measure> every_measure() {
  std::vector<Measure> measures;
  for (const MeasureInfo& info : measure_table()) {
    const std::string stem(info.name.substr(0, info.name.find('@')));
    if (!info.has_k) measures.push_back(parse_measure(info.name));
    for (const char* k : {"@1", "@2", "@3", "@5", "@100"}) {
      if (info.has_k) measures.push_back(parse_measure(stem + k));
    }
  }
  return measures;
}

/// Where the relevant items stand, counted item by item.
inline std::vector<RankGroup> counted(const NaiveQuery& query, bool by_row = false) {
  std::vector<RankGroup> groups;
  for (std::size_t i = 0; i < query.flags.size(); ++i) {
    if (query.flags[i] != 1) continue;
    RankGroup group;
    group.distance = query.distances[i];
    bool first = true;  // of the relevant items at its distance
    for (std::size_t j = 0; j < query.flags.size(); ++j) {
      if (query.flags[j] < 0) continue;
      const bool same = query.distances[j] == group.distance;
      group.tied = group.tied || (same && query.flags[j] == 0);
      group.nearer += query.distances[j] < group.distance || (by_row && same && j < i) ? 1 : 0;
      if (by_row ? j != i : !same) continue;
      ++group.items;
      group.relevant += query.flags[j];
      first = first && (j >= i || query.flags[j] == 0);
    }
    if (first) groups.push_back(group);
  }
  std::sort(groups.begin(), groups.end(),
            [](const RankGroup& a, const RankGroup& b) { return a.nearer < b.nearer; });
  return groups;
}

/// A measure of the library for one query, looked at no deeper than it asks.
inline double measured(const Measure& measure, const NaiveQuery& query,
                       TiePolicy ties = TiePolicy::expected) {
  const auto relevant = std::count(query.flags.begin(), query.flags.end(), std::int8_t{1});
  const Ranking ranking =
      ranking_of(counted(query, ties == TiePolicy::index), measure.info->depth(measure.k, relevant), ties);
  return measure.info->value(ranking, measure.k);
}

inline double measured(std::string_view name, const NaiveQuery& query, TiePolicy ties = TiePolicy::expected) {
  return measured(parse_measure(name), query, ties);
}

/// Items at distances 1, 2, 3, ... in this order.
inline NaiveQuery in_order(const std::vector<int>& relevance) {
  NaiveQuery query;
  for (const int r : relevance) {
    query.distances.push_back(static_cast<float>(query.flags.size() + 1));
    query.flags.push_back(static_cast<std::int8_t>(r));
  }
  return query;
}

}  // namespace nearfar::testing
