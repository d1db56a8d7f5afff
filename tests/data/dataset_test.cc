#include "nearfar/data/dataset.h"

#include <doctest/doctest.h>

using namespace nearfar;

TEST_CASE("a row is called by its id, else by its number in the file") {
  Dataset data;
  data.row_numbers = {3, 7};
  CHECK(data.rows() == 2);
  CHECK(data.row_name(1) == "7");
  data.ids = {"a", "b"};
  CHECK(data.row_name(1) == "b");
}
