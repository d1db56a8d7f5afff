#include "nearfar/io/tuple_layout.h"

#include <doctest/doctest.h>

#include "nearfar/io/csv.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

using Columns = std::vector<std::size_t>;

TupleLayout layout(const std::string& header, bool without_value = false) {
  const Scratch scratch;
  return tuple_layout(*open_csv(std::make_unique<Source>(scratch.file("t.csv", header + "\n")), {}),
                      without_value);
}

}  // namespace

TEST_CASE("every kind is known by its header, by id and by row number, with further columns between") {
  for (const TupleKindInfo& info : tuple_kinds()) {
    for (const std::string prefix : {"", "row_"}) {
      std::string header = "x";
      Columns items;
      for (std::size_t i = 0; i < info.items; ++i) {
        header += "," + prefix + std::string(info.item_names[i]) + ",y" + std::to_string(i);
        items.push_back(1 + 2 * i);
      }
      if (!info.value_name.empty()) header += "," + std::string(info.value_name);
      const TupleLayout found = layout(header);
      CHECK((found.kind == info.kind));
      CHECK(found.by_row == !prefix.empty());
      CHECK(found.items == items);
      CHECK(found.value.has_value() == !info.value_name.empty());
      if (found.value) CHECK(*found.value == 1 + 2 * info.items);
    }
  }
}

TEST_CASE("another header is refused with the ones there are") {
  for (const char* header :
       {"a,b", "a,similar", "anchor,positive", "a,b,c", "row_a,b,similar", "A,B,similar"}) {
    const auto error = error_of([&] { (void)layout(header); });
    REQUIRE(error);
    CHECK((error->kind() == ErrorKind::data));
    CHECK(contains(error->advice(), "anchor,positive,negative"));
  }
}

TEST_CASE("pairs without a value are pairs where that is asked for, but quadruplets stay quadruplets") {
  for (const char* header : {"b,x,a", "row_b,x,row_a"}) {
    const TupleLayout pairs = layout(header, true);
    CHECK((pairs.kind == TupleKind::pairs));
    CHECK(pairs.items == Columns{2, 0});
    CHECK_FALSE(pairs.value.has_value());
    CHECK(kind_of([&] { (void)layout(header); }) == kData);
  }
  CHECK((layout("a,b,c,d", true).kind == TupleKind::quadruplets));
  CHECK((layout("a,b,similarity", true).kind == TupleKind::graded_pairs));
  CHECK(layout("a,b,similarity", true).value == 2);
  CHECK(kind_of([] { (void)layout("a,c", true); }) == kData);
}

TEST_CASE("items by id need ids in the data, items by row do not") {
  const Scratch scratch;
  const auto reader = open_csv(std::make_unique<Source>(scratch.file("t.csv", "a,b,similar\n")), {});
  Dataset data;
  CHECK(kind_of([&] { check_ids(tuple_layout(*reader), data, *reader); }) == kData);
  TupleLayout by_row = tuple_layout(*reader);
  by_row.by_row = true;
  CHECK(kind_of([&] { check_ids(by_row, data, *reader); }) == 0);
  data.ids = {"x"};
  CHECK(kind_of([&] { check_ids(tuple_layout(*reader), data, *reader); }) == 0);
}
