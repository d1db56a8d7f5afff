#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <vector>

#include "every_distance.h"
#include "nearfar/neighbors/rank_count.h"
#include "random_rows.h"

namespace nearfar::testing {

using Rows = std::vector<std::int32_t>;
using Lists = std::vector<std::vector<RankGroup>>;

inline Lists count_all(MatrixView queries, MatrixView gallery, const RankOptions& options) {
  Lists lists(static_cast<std::size_t>(queries.rows));
  count_ranks(queries, gallery, options,
              [&](std::int64_t q, std::span<const RankGroup> groups, std::int64_t) {
                lists[static_cast<std::size_t>(q)].assign(groups.begin(), groups.end());
              });
  return lists;
}

// The same item by item, by the deciding kernel.
inline Lists naive(MatrixView queries, MatrixView gallery, const RankOptions& options) {
  Lists lists;
  for (std::int64_t q = 0; q < queries.rows; ++q) {
    Rows relevant;
    Rows excluded;
    options.relevant(q, relevant);
    if (options.excluded) options.excluded(q, excluded);
    const std::set<std::int32_t> hits(relevant.begin(), relevant.end());
    std::vector<std::pair<float, std::int32_t>> all;
    for (std::int32_t g = 0; g < gallery.rows; ++g) {
      if (std::find(excluded.begin(), excluded.end(), g) == excluded.end())
        all.emplace_back(options.distance.between(queries.row(q), gallery.row(g), queries.cols), g);
    }
    std::sort(all.begin(), all.end());
    std::vector<RankGroup> groups;
    for (std::size_t i = 0; i < all.size();) {
      std::size_t end = i;
      RankGroup group{all[i].first, static_cast<std::int64_t>(i), 0, 0, false};
      for (; end < all.size() && all[end].first == all[i].first; ++end) {
        ++group.items;
        group.relevant += static_cast<std::int64_t>(hits.count(all[end].second));
      }
      group.tied = group.relevant < group.items;
      for (std::size_t at = i; options.ties_by_row && at < end; ++at) {
        if (hits.count(all[at].second) > 0)
          groups.push_back({all[at].first, static_cast<std::int64_t>(at), 1, 1, group.tied});
      }
      if (!options.ties_by_row && group.relevant > 0) groups.push_back(group);
      i = end;
    }
    lists.push_back(groups);
  }
  return lists;
}

inline bool equal(const Lists& a, const Lists& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& left, const auto& right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](const RankGroup& x, const RankGroup& y) {
                        return same_bits(x.distance, y.distance) && x.nearer == y.nearer &&
                               x.items == y.items && x.relevant == y.relevant && x.tied == y.tied;
                      });
  });
}

// Every `classes`-th row is relevant; the row of the query's own number is left out.
inline RankOptions by_class(const Distance& distance, std::int64_t gallery, std::int64_t classes,
                            bool leave_out) {
  RankOptions options;
  options.distance = distance;
  options.relevant = [=](std::int64_t q, Rows& rows) {
    rows.clear();
    for (std::int64_t g = q % classes; g < gallery; g += classes) {
      if (!leave_out || g != q) rows.push_back(static_cast<std::int32_t>(g));
    }
  };
  if (leave_out) {
    options.excluded = [=](std::int64_t q, Rows& rows) {
      rows.clear();
      if (q < gallery) rows.push_back(static_cast<std::int32_t>(q));
    };
  }
  return options;
}

// check(queries, gallery, options, expected) for every distance, tied and not, by row and not, 1 and 3
// threads, a set against itself and against a gallery: more queries than a block of 128, more rows than a
// tile of 1,152.
template <typename Check>
void for_every_ranking(const Check& check) {
  for (const bool tied : {false, true}) {
    for (const Distance& distance : every_distance(5)) {
      const Matrix x = in_domain(distance, tied ? integer_rows(150, 5, 1) : random_rows(150, 5, 1));
      const Matrix gallery = in_domain(distance, tied ? integer_rows(1300, 5, 2) : random_rows(1300, 5, 2));
      for (const bool by_row : {false, true}) {
        RankOptions alone = by_class(distance, 150, 4, true);
        RankOptions against = by_class(distance, 1300, 7, false);
        alone.ties_by_row = by_row;
        against.ties_by_row = by_row;
        const Lists expected = naive(x, x, alone);
        const Lists expected_against = naive(x, gallery, against);
        for (const int threads : {1, 3}) {
          const Threads use(threads);
          INFO(distance.name(), " ties ", tied, " by row ", by_row, " threads ", threads);
          check(x, x, alone, expected);
          check(x, gallery, against, expected_against);
        }
      }
    }
  }
}

}  // namespace nearfar::testing
