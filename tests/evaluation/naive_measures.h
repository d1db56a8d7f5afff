#pragma once

// The measures once more, from their definitions: over one ranking without ties, and over all orders of tied
// items.

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include "nearfar/evaluation/measures.h"
#include "random_rows.h"

namespace nearfar::testing {

/// One query: the distance of every item, and 1 for relevant, 0 for not, -1 for left out.
struct NaiveQuery {
  std::vector<float> distances;
  std::vector<std::int8_t> flags;
};

/// What a query retrieved, in rank order, and what it did not: grades, -1 for items that nobody judged.
struct NaiveRanking {
  std::vector<int> ranked;
  std::vector<int> cut;     ///< retrieved, but behind the last rank that counts
  std::vector<int> absent;  ///< judged, and not retrieved
  int min_grade = 1;
  bool exp2 = false;
};

/// A measure from its definition. A measure that has no definition here fails the test that asks for it. NaN
/// where it is 0/0.
inline double naive_measure(std::string_view name, std::int64_t k, const NaiveRanking& query) {
  const auto relevant = [&](int grade) { return grade >= query.min_grade ? 1.0 : 0.0; };
  const auto gain = [&](int grade) {
    return grade <= 0 ? 0.0 : query.exp2 ? std::pow(2.0, grade) - 1 : static_cast<double>(grade);
  };
  std::vector<int> last = query.cut;  // what has no rank
  last.insert(last.end(), query.absent.begin(), query.absent.end());
  std::vector<int> everything = query.ranked;
  everything.insert(everything.end(), last.begin(), last.end());
  double all = 0;          // R
  double nonrelevant = 0;  // judged, not relevant
  for (const int grade : everything) {
    all += relevant(grade);
    nonrelevant += grade >= 0 && grade < query.min_grade ? 1 : 0;
  }
  const auto ranks = static_cast<double>(query.ranked.size());
  const auto hits = [&](double until) {  // h(until)
    double count = 0;
    for (std::size_t i = 0; i < query.ranked.size() && static_cast<double>(i) < until; ++i)
      count += relevant(query.ranked[i]);
    return count;
  };
  const auto precisions = [&](double until) {  // sum over i <= until of r_i h(i)/i
    double sum = 0;
    for (double rank = 1; rank <= std::min(until, ranks); ++rank)
      sum += relevant(query.ranked[static_cast<std::size_t>(rank) - 1]) * hits(rank) / rank;
    return sum;
  };
  const auto dcg = [&](const std::vector<int>& grades, double until) {
    double sum = 0;
    for (std::size_t i = 0; i < grades.size() && static_cast<double>(i) < until; ++i)
      sum += gain(grades[i]) / std::log2(static_cast<double>(i) + 2);
    return sum;
  };
  const auto ndcg = [&](double until) {
    std::vector<int> ideal = everything;
    std::sort(ideal.rbegin(), ideal.rend());
    return dcg(query.ranked, until) / dcg(ideal, until);
  };
  const auto first_hit = [&](double until) {
    for (double rank = 1; rank <= std::min(until, ranks); ++rank) {
      if (hits(rank) > 0) return 1 / rank;
    }
    return 0.0;
  };
  const auto cut = static_cast<double>(k);
  if (name == "precision@k") return hits(cut) / cut;
  if (name == "hit@k") return hits(cut) >= 1 ? 1 : 0;
  if (name == "recall@k") return hits(cut) / all;
  if (name == "recall-cap@k") return hits(cut) / std::min(cut, all);
  if (name == "r-precision") return hits(all) / all;
  if (name == "map@r") return precisions(all) / all;
  if (name == "map") return precisions(ranks) / all;
  if (name == "map@k") return precisions(cut) / all;
  if (name == "map-cap@k") return precisions(cut) / std::min(cut, all);
  if (name == "mrr") return first_hit(ranks);
  if (name == "mrr@k") return first_hit(cut);
  if (name == "ndcg") return ndcg(1e9);
  if (name == "ndcg@k") return ndcg(cut);
  if (name == "minp") {
    if (all == 0) return std::nan("");
    for (double rank = 1; rank <= ranks; ++rank) {
      if (hits(rank) == all) return all / rank;
    }
    return 0;
  }
  if (name == "auc") {
    double right = 0;
    double pairs = 0;
    for (std::size_t i = 0; i < everything.size(); ++i) {
      for (std::size_t j = 0; j < everything.size(); ++j) {
        if (relevant(everything[i]) == 0 || relevant(everything[j]) != 0) continue;
        ++pairs;
        const bool ranked_i = i < query.ranked.size();
        const bool ranked_j = j < query.ranked.size();
        right += !ranked_i && !ranked_j ? 0.5 : i < j ? 1 : 0;
      }
    }
    return right / pairs;
  }
  if (name == "bpref") {
    double sum = 0;
    double before = 0;
    for (const int grade : query.ranked) {
      if (relevant(grade) != 0) {
        sum += before == 0 ? 1 : 1 - std::min(before, all) / std::min(nonrelevant, all);
      } else if (grade >= 0) {
        ++before;
      }
    }
    return sum / all;
  }
  if (name == "judged@k") {
    double judged = 0;
    for (std::size_t i = 0; i < query.ranked.size() && static_cast<double>(i) < cut; ++i)
      judged += query.ranked[i] >= 0 ? 1 : 0;
    return query.ranked.empty() ? 0 : judged / std::min(cut, ranks);
  }
  FAIL("the measure " << std::string(name) << " has no definition here: add one");
  return 0;
}

/// Of relevance in rank order, with everything judged.
inline double naive_measure(std::string_view name, std::int64_t k, const std::vector<int>& relevance) {
  NaiveRanking query;
  query.ranked = relevance;
  return naive_measure(name, k, query);
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
    if (std::isnan(value)) return {value, value, value, value, false};
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

/// Every measure of the table that needs no more than this; those with a cut-off at several k.
inline std::vector<Measure> every_measure(Needs most = Needs::relevance) {
  std::vector<Measure> measures;
  for (const MeasureInfo& info : measure_table()) {
    if (info.needs != Needs::relevance && info.needs != most) continue;
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
  const auto left_out = std::count(query.flags.begin(), query.flags.end(), std::int8_t{-1});
  const Ranking ranking =
      ranking_of(counted(query, ties == TiePolicy::index), relevant, std::ssize(query.flags) - left_out,
                 measure.info->depth(measure.k, relevant), ties);
  return measure.info->value(ranking, measure.k);
}

inline double measured(std::string_view name, const NaiveQuery& query, TiePolicy ties = TiePolicy::expected) {
  return measured(parse_measure(name), query, ties);
}

/// Equal, also where both are NaN: the measure is not defined.
inline bool agree(double a, double b) { return (std::isnan(a) && std::isnan(b)) || near(a, b, 1e-12, 1e-12); }

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
