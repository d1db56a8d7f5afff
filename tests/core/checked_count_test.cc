#include "nearfar/core/checked_count.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "nearfar/core/error.h"

using namespace nearfar;

TEST_CASE("a count of a checkpoint is a whole number that a double can hold") {
  for (const double count : {0.0, 1.0, 0x1p53}) {
    CHECK(static_cast<double>(checked_count(count)) == count);
    CHECK(checked_count_or_none(count) == checked_count(count));
  }
  CHECK(checked_count_or_none(-1) == -1);
  const double infinite = std::numeric_limits<double>::infinity();
  for (const double none : {-1.0, -2.0, 0.5, 0x1p54, infinite, -infinite, std::nan("")}) {
    CHECK_THROWS_AS(static_cast<void>(checked_count(none)), Error);
    if (none != -1) CHECK_THROWS_AS(static_cast<void>(checked_count_or_none(none)), Error);
  }
}
