#include "nearfar/data/tuples.h"

#include <doctest/doctest.h>

using namespace nearfar;

TEST_CASE("the table of kinds is in the order of the enumeration and complete") {
  REQUIRE(tuple_kinds().size() == 4);
  for (const TupleKindInfo& info : tuple_kinds()) {
    CHECK(&tuple_kind(info.kind) == &info);
    for (std::size_t i = 0; i < 4; ++i) CHECK(info.item_names[i].empty() == (i >= info.items));
  }
  CHECK(tuple_kind(TupleKind::pairs).items == 2);
  CHECK(tuple_kind(TupleKind::pairs).value_name == "similar");
  CHECK(tuple_kind(TupleKind::graded_pairs).items == 2);
  CHECK(tuple_kind(TupleKind::graded_pairs).value_name == "similarity");
  CHECK(tuple_kind(TupleKind::triplets).items == 3);
  CHECK(tuple_kind(TupleKind::triplets).value_name.empty());
  CHECK(tuple_kind(TupleKind::quadruplets).items == 4);
}

TEST_CASE("tuples are cut out of the list of items by their kind") {
  Tuples tuples;
  tuples.items = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
  for (const TupleKindInfo& info : tuple_kinds()) {
    tuples.kind = info.kind;
    REQUIRE(tuples.size() == static_cast<std::int64_t>(12 / info.items));
    std::int32_t next = 0;
    for (std::int64_t t = 0; t < tuples.size(); ++t) {
      CHECK(tuples[t].size() == info.items);
      for (const std::int32_t item : tuples[t]) CHECK(item == next++);
    }
  }
  CHECK(Tuples{}.size() == 0);
}
