#include "nearfar/evaluation/ranking.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>

#include "evaluation/naive_measures.h"
#include "random_rows.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

Ranking ranked(const NaiveQuery& query, std::int64_t depth, TiePolicy ties = TiePolicy::expected) {
  std::vector<std::uint64_t> scratch = {1, 2, 3};  // what an earlier call left
  return rank_items(query.distances, query.flags, depth, ties, scratch);
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

TEST_CASE("rank_items: by hand") {
  //                        row: 0  1  2  3  4  5  6  7
  const NaiveQuery query{{3, 1, 2, 2, 0, 2, 3, -1}, {1, 0, 1, 0, -1, 1, 0, 0}};
  const Ranking all = ranked(query, 100);
  CHECK(all.relevant == 3);
  CHECK(all.candidates == 7);
  CHECK(all.nearer == 2);
  CHECK(all.first_hit.items == 3);
  CHECK(all.first_hit.relevant == 2);
  CHECK(all.tied);
  CHECK(groups_of(all) == Groups{{1, 0}, {1, 0}, {3, 2}, {2, 1}});
  CHECK(groups_of(ranked(query, 2)) == Groups{{1, 0}, {1, 0}});
  CHECK(groups_of(ranked(query, 3)) == Groups{{1, 0}, {1, 0}, {3, 2}});  // the whole group that begins within
  CHECK(groups_of(ranked(query, 5)) == Groups{{1, 0}, {1, 0}, {3, 2}});
  CHECK(groups_of(ranked(query, 0)).empty());
  CHECK(groups_of(ranked(query, 100, TiePolicy::optimistic)) ==
        Groups{{1, 0}, {1, 0}, {2, 2}, {1, 0}, {1, 1}, {1, 0}});
  CHECK(groups_of(ranked(query, 100, TiePolicy::pessimistic)) ==
        Groups{{1, 0}, {1, 0}, {1, 0}, {2, 2}, {1, 0}, {1, 1}});
  CHECK(groups_of(ranked(query, 100, TiePolicy::index)) ==
        Groups{{1, 0}, {1, 0}, {1, 1}, {1, 0}, {1, 1}, {1, 1}, {1, 0}});
  CHECK(ranked(query, 0, TiePolicy::optimistic).nearer == 2);
  CHECK(ranked(query, 0, TiePolicy::pessimistic).nearer == 3);
  CHECK(ranked(query, 0, TiePolicy::index).nearer == 2);  // row 2 is the first of its group
}

TEST_CASE(
    "rank_items: zero and minus zero are one distance; infinities and negative distances have their place") {
  constexpr float kInf = std::numeric_limits<float>::infinity();
  const NaiveQuery query{{kInf, 0.0F, -0.0F, -2, -3, 1e-45F, -1e-45F, -kInf}, {1, 1, 0, 0, 0, 0, 0, 0}};
  const Ranking ranking = ranked(query, 100);
  CHECK(groups_of(ranking) == Groups{{1, 0}, {1, 0}, {1, 0}, {1, 0}, {2, 1}, {1, 0}, {1, 1}});
  CHECK(ranking.nearer == 4);
  CHECK(ranking.first_hit.items == 2);
}

TEST_CASE("rank_items: nothing relevant, nothing at all, everything left out") {
  CHECK(ranked({{1, 2}, {0, 0}}, 5).relevant == 0);
  CHECK(ranked({{1, 2}, {0, 0}}, 5).candidates == 2);
  CHECK(ranked({{}, {}}, 5).candidates == 0);
  CHECK(ranked({{1, 2}, {-1, -1}}, 5).candidates == 0);
  const Ranking one = ranked({{7}, {1}}, 5);
  CHECK(groups_of(one) == Groups{{1, 1}});
  CHECK(one.nearer == 0);
  CHECK(!one.tied);
}

TEST_CASE("rank_items: tied only where a relevant and another item share a distance") {
  CHECK(!ranked({{1, 1, 2, 2}, {1, 1, 0, 0}}, 4).tied);
  CHECK(ranked({{1, 1, 2, 2}, {1, 0, 0, 0}}, 4).tied);
  CHECK(ranked({{1, 2, 2}, {1, 1, 0}}, 3).tied);
  CHECK(!ranked({{1, 2, 2}, {1, 1, 0}}, 1).tied);   // beyond the depth
  CHECK(!ranked({{1, 1, 2}, {1, -1, 0}}, 3).tied);  // what is left out ties with nothing
}

TEST_CASE("rank_items: any depth of a large ranking is the head of the sorted whole") {
  Random random(4);
  NaiveQuery query;
  for (int i = 0; i < 3000; ++i) {
    query.distances.push_back(static_cast<float>(random.below(400)) / 8);
    query.flags.push_back(static_cast<std::int8_t>(static_cast<int>(random.below(3)) - 1));
  }
  const Groups whole = groups_of(ranked(query, 3000));
  std::int64_t items = 0;
  for (const auto& [count, relevant] : whole) items += count;
  CHECK(items ==
        std::count_if(query.flags.begin(), query.flags.end(), [](std::int8_t flag) { return flag >= 0; }));
  for (const std::int64_t depth : {1, 2, 3, 10, 57, 500, 1999, 2500}) {
    const Groups head = groups_of(ranked(query, depth));
    REQUIRE(head.size() <= whole.size());
    CHECK(std::equal(head.begin(), head.end(), whole.begin()));
    std::int64_t before = 0;
    for (std::size_t g = 0; g + 1 < head.size(); ++g) before += head[g].first;
    CHECK(before < depth);  // the last group begins within the depth
    CHECK(
        (before + head.back().first >= depth || head.size() == whole.size()));  // and the next one would not
  }
}
