#include "nearfar/data/judgements.h"

#include <doctest/doctest.h>

using namespace nearfar;

TEST_CASE("place_judgements: by id, in the order of the gallery rows; what is not there is told") {
  Qrels qrels;
  NameTable items;
  const auto judge = [&](const char* query, const std::vector<std::pair<const char*, std::int32_t>>& judged) {
    (void)qrels.queries.number(query);
    for (const auto& [item, grade] : judged) qrels.judgements.push_back({items.number(item), grade});
    qrels.begin.push_back(static_cast<std::int64_t>(qrels.judgements.size()));
  };
  judge("q2", {{"c", 1}, {"nowhere", 2}, {"a", 0}});
  judge("lost", {{"a", 1}});
  judge("q1", {});
  const std::vector<std::string> queries = {"q1", "q2", "q3"};
  const std::vector<std::string> gallery = {"a", "b", "c"};
  const PlacedJudgements placed = place_judgements(qrels, items, queries, gallery);
  REQUIRE(placed.queries.size() == 3);
  CHECK(placed.queries[0].known);  // though nothing is judged for it
  CHECK(placed.queries[0].rows.empty());
  CHECK(placed.queries[1].known);
  REQUIRE(placed.queries[1].rows.size() == 2);
  CHECK(placed.queries[1].rows[0].row == 0);
  CHECK(placed.queries[1].rows[0].grade == 0);
  CHECK(placed.queries[1].rows[1].row == 2);
  CHECK(placed.queries[1].rows[1].grade == 1);
  CHECK(placed.queries[1].absent == std::vector<std::int32_t>{2});
  CHECK(!placed.queries[2].known);
  REQUIRE(placed.missing.size() == 1);
  CHECK(placed.missing[0] == "lost");
  CHECK(placed.absent == 1);
  CHECK(placed.present == 2);
}
