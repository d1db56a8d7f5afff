#include "nearfar/io/tuple_layout.h"

#include <doctest/doctest.h>

#include "nearfar/io/csv.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

using Columns = std::vector<std::size_t>;

TupleLayout layout(const std::string& header) {
  const Scratch scratch;
  return tuple_layout(*open_csv(std::make_unique<Source>(scratch.file("t.csv", header + "\n")), {}));
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
