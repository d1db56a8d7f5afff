#include "nearfar/evaluation/hardest_tuples.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "random_rows.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

std::vector<std::string> names_of(const TupleTable& table) {
  std::vector<std::string> names;
  for (const TupleTable::Row& row : table.rows) names.push_back(row.name);
  return names;
}

}  // namespace

TEST_CASE("hardest pairs: similar and far, dissimilar and near, the earlier one first where they are tied") {
  ScoredTuples tuples;
  tuples.distances = {1, 5, 2, 5, 0.5F, 7};
  tuples.values = {1, 1, 0, 1, 0, 0};
  const std::vector<TupleTable> tables = hardest_tuples(tuples, {});
  REQUIRE(tables.size() == 2);
  CHECK(names_of(tables[0]) == std::vector<std::string>{"pair 2", "pair 4", "pair 1"});
  CHECK(tables[0].rows[0].values == std::vector<double>{5});
  CHECK(names_of(tables[1]) == std::vector<std::string>{"pair 5", "pair 3", "pair 6"});
  tuples.from_scores = true;
  CHECK(hardest_tuples(tuples, {})[0].rows[0].values == std::vector<double>{-5});
  CHECK(hardest_tuples(tuples, {})[0].head == std::vector<std::string>{"pair", "score"});
}

TEST_CASE("hardest pairs: ten of a kind, as sorting all of them says, under their items' names") {
  ScoredTuples tuples;
  Random random(4, RandomPurpose::general, 0);
  for (int u = 0; u < 300; ++u) {
    tuples.distances.push_back(static_cast<float>(random.below(40)));
    tuples.values.push_back(static_cast<float>(random.below(2)));
    tuples.ids.push_back("a" + std::to_string(u) + "\tb");
  }
  std::vector<std::size_t> order(300);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::erase_if(order, [&](std::size_t u) { return tuples.values[u] != 1; });
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return tuples.distances[a] > tuples.distances[b]; });
  std::vector<std::string> expected;
  for (std::size_t i = 0; i < 10; ++i) expected.push_back("a" + std::to_string(order[i]) + ", b");
  CHECK(names_of(hardest_tuples(tuples, {})[0]) == expected);
}

TEST_CASE("hardest pairs: graded ones by the difference of their mean ranks") {
  // From the nearest 1 to 4; as it should be 3.5, 1.5, 1.5, 3.5.
  ScoredTuples tuples;
  tuples.kind = TupleKind::graded_pairs;
  tuples.distances = {0.1F, 0.2F, 0.3F, 0.4F};
  tuples.values = {1, 9, 9, 1};
  const std::vector<TupleTable> tables = hardest_tuples(tuples, {});
  REQUIRE(tables.size() == 2);
  CHECK(names_of(tables[0]) == std::vector<std::string>{"pair 3", "pair 2", "pair 4"});
  CHECK(names_of(tables[1]) == std::vector<std::string>{"pair 1"});
  CHECK(tables[1].rows[0].values[0] == 1);
  tuples.values = {4, 3, 2, 1};
  CHECK(hardest_tuples(tuples, {}).empty());
}

TEST_CASE("hardest triplets: the wrong ones alone, by how far they are wrong") {
  ScoredTuples tuples;
  tuples.kind = TupleKind::triplets;
  tuples.distances = {1, 3, 9, 2};
  tuples.far_distances = {2, 2, 3, 2};
  const std::vector<TupleTable> tables = hardest_tuples(tuples, {});
  REQUIRE(tables.size() == 1);
  CHECK(names_of(tables[0]) == std::vector<std::string>{"triplet 3", "triplet 2"});
  CHECK(tables[0].rows[0].values == std::vector<double>{9, 3});
}

TEST_CASE("hardest tuples: items have the pictures there are") {
  ScoredTuples tuples;
  tuples.distances = {1};
  tuples.values = {1};
  tuples.ids = {"x\ty"};
  std::vector<std::string> asked;
  const ItemPicture second_alone = [&](std::size_t place, std::string_view item) {
    asked.push_back(std::to_string(place) + std::string(item));
    return place == 1 ? std::optional(Thumbnail{1, 1, 1, {7}}) : std::nullopt;
  };
  const TupleTable::Row row = hardest_tuples(tuples, second_alone)[0].rows[0];
  CHECK(asked == std::vector<std::string>{"0x", "1y"});
  CHECK(row.name == "x, y");
  REQUIRE(row.pictures.size() == 1);
  CHECK(row.pictures[0].bytes == std::vector<unsigned char>{7});
}
