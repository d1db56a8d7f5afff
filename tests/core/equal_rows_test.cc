#include "nearfar/core/equal_rows.h"

#include <doctest/doctest.h>

#include "random_rows.h"

using namespace nearfar;
using namespace nearfar::testing;

TEST_CASE("first_equal_rows: the first of the same bytes, whatever lies between") {
  Matrix x = random_rows(3000, 5, 1);
  CHECK(first_equal_rows(x).empty());
  for (const std::int64_t copy : {17, 1500, 2999}) std::copy_n(x.row(4), 5, x.row(copy));
  std::copy_n(x.row(100), 5, x.row(2000));
  const std::vector<std::int32_t> first = first_equal_rows(x);
  REQUIRE(first.size() == 3000);
  for (std::int32_t i = 0; i < 3000; ++i) {
    const bool fourth = i == 17 || i == 1500 || i == 2999;
    CHECK(first[static_cast<std::size_t>(i)] == (fourth ? 4 : i == 2000 ? 100 : i));
  }
}

TEST_CASE("first_equal_rows: rows of a wider matrix, of none, and no rows") {
  Matrix x(4, 3);
  for (std::int64_t i = 0; i < 4; ++i) x(i, 2) = static_cast<float>(i);
  CHECK(first_equal_rows({x.data(), 4, 2, 3}) == std::vector<std::int32_t>{0, 0, 0, 0});
  CHECK(first_equal_rows(x).empty());
  CHECK(first_equal_rows({nullptr, 0, 3, 3}).empty());
}
