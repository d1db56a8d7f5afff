#include "nearfar/evaluation/ranking.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "evaluation/naive_measures.h"
#include "random_rows.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

Ranking ranked(const NaiveQuery& query, std::int64_t depth, TiePolicy ties = TiePolicy::expected) {
  const auto left_out = std::count(query.flags.begin(), query.flags.end(), std::int8_t{-1});
  const auto relevant = std::count(query.flags.begin(), query.flags.end(), std::int8_t{1});
  return ranking_of(counted(query, ties == TiePolicy::index), relevant, std::ssize(query.flags) - left_out,
                    depth, ties);
}

std::vector<std::pair<std::int64_t, std::int64_t>> groups_of(const Ranking& ranking) {
  std::vector<std::pair<std::int64_t, std::int64_t>> groups;
  for (const TieGroup& group : ranking.groups) groups.emplace_back(group.items, group.relevant);
  return groups;
}

using Groups = std::vector<std::pair<std::int64_t, std::int64_t>>;

}  // namespace

TEST_CASE("tie policies: by name and back") {
  for (const std::string_view name : tie_policy_names())
    CHECK(tie_policy_name(parse_tie_policy(name)) == name);
  CHECK(parse_tie_policy("expected") == TiePolicy::expected);
  CHECK(parse_tie_policy("optimistic") == TiePolicy::optimistic);
  CHECK(parse_tie_policy("pessimistic") == TiePolicy::pessimistic);
  CHECK(parse_tie_policy("index") == TiePolicy::index);
  const auto error = error_of([] { (void)parse_tie_policy("expectd"); });
  REQUIRE(error);
  CHECK(error->kind() == ErrorKind::usage);
  CHECK(contains(error->what(), "did you mean 'expected'"));
}

TEST_CASE("ranking_of: by hand") {
  //                        row: 0  1  2  3  4  5  6  7
  const NaiveQuery query{{3, 1, 2, 2, 0, 2, 3, -1}, {1, 0, 1, 0, -1, 1, 0, 0}};
  const Ranking all = ranked(query, 100);
  CHECK(all.relevant == 3);
  CHECK(all.nearer == 2);
  CHECK(all.first_hit.items == 3);
  CHECK(all.first_hit.relevant == 2);
  CHECK(all.first_hit_tied);
  CHECK(all.tied);
  CHECK(groups_of(all) == Groups{{2, 0}, {3, 2}, {2, 1}});
  CHECK(groups_of(ranked(query, 2)) == Groups{{2, 0}});
  CHECK(groups_of(ranked(query, 3)) == Groups{{2, 0}, {3, 2}});  // the whole group that begins within
  CHECK(groups_of(ranked(query, 5)) == Groups{{2, 0}, {3, 2}});
  CHECK(groups_of(ranked(query, 0)).empty());
  CHECK(groups_of(ranked(query, 100, TiePolicy::optimistic)) ==
        Groups{{2, 0}, {2, 2}, {1, 0}, {1, 1}, {1, 0}});
  CHECK(groups_of(ranked(query, 100, TiePolicy::pessimistic)) ==
        Groups{{2, 0}, {1, 0}, {2, 2}, {1, 0}, {1, 1}});
  CHECK(groups_of(ranked(query, 100, TiePolicy::index)) == Groups{{2, 0}, {1, 1}, {1, 0}, {1, 1}, {1, 1}});
  CHECK(ranked(query, 0, TiePolicy::optimistic).nearer == 2);
  CHECK(ranked(query, 0, TiePolicy::pessimistic).nearer == 3);
  CHECK(ranked(query, 0, TiePolicy::index).nearer == 2);  // row 2 is the first of its group
}

TEST_CASE("ranking_of: nothing relevant, nothing at all, everything left out") {
  CHECK(ranked({{1, 2}, {0, 0}}, 5).relevant == 0);
  CHECK(ranked({{}, {}}, 5).groups.empty());
  CHECK(ranked({{1, 2}, {-1, -1}}, 5).groups.empty());
  const Ranking one = ranked({{7}, {1}}, 5);
  CHECK(groups_of(one) == Groups{{1, 1}});
  CHECK(one.nearer == 0);
  CHECK(!one.tied);
}

TEST_CASE("ranking_of: tied only where a relevant and another item share a distance within the depth") {
  for (const TiePolicy ties :
       {TiePolicy::expected, TiePolicy::optimistic, TiePolicy::pessimistic, TiePolicy::index}) {
    CHECK(!ranked({{1, 1, 2, 2}, {1, 1, 0, 0}}, 4, ties).tied);
    CHECK(ranked({{1, 1, 2, 2}, {1, 0, 0, 0}}, 4, ties).tied);
    CHECK(ranked({{1, 2, 2}, {1, 1, 0}}, 3, ties).tied);
    CHECK(!ranked({{1, 2, 2}, {1, 1, 0}}, 1, ties).tied);   // beyond the depth
    CHECK(!ranked({{1, 1, 2}, {1, -1, 0}}, 3, ties).tied);  // what is left out ties with nothing
  }
}

TEST_CASE("ranking_of: any depth of a large ranking is the head of the whole") {
  Random random(4);
  NaiveQuery query;
  for (int i = 0; i < 1000; ++i) {
    query.distances.push_back(static_cast<float>(random.below(200)) / 8);
    query.flags.push_back(static_cast<std::int8_t>(static_cast<int>(random.below(3)) - 1));
  }
  const Groups whole = groups_of(ranked(query, 1000));
  for (const std::int64_t depth : {1, 2, 3, 10, 57, 300, 600}) {
    const Groups head = groups_of(ranked(query, depth));
    REQUIRE(head.size() <= whole.size());
    CHECK(std::equal(head.begin(), head.end(), whole.begin()));
    std::int64_t before = 0;
    for (std::size_t g = 0; g + 1 < head.size(); ++g) before += head[g].first;
    CHECK(before < depth);                       // the last group begins within the depth
    CHECK(before + head.back().first >= depth);  // and the next one would not
  }
}
