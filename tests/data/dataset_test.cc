#include "nearfar/data/dataset.h"

#include <doctest/doctest.h>

using namespace nearfar;

TEST_CASE("labels get codes in the order of first appearance") {
  const Labels labels = encode_labels({"b", "a", "b", "", "a", "c"});
  CHECK(labels.codes == std::vector<std::int32_t>{0, 1, 0, 2, 1, 3});
  CHECK(labels.names == std::vector<std::string>{"b", "a", "", "c"});
  CHECK(labels.classes() == 4);
  CHECK_FALSE(labels.empty());
  CHECK(encode_labels({}).empty());
}

TEST_CASE("labels are texts: 1 and 1.0 are two classes, A and a too") {
  CHECK(encode_labels({"1", "1.0", "01", "A", "a", " a"}).classes() == 6);
}

TEST_CASE("rows by class are ascending and leave unknown rows out") {
  Labels labels = encode_labels({"x", "y", "x", "z", "y", "x"});
  CHECK(rows_by_class(labels) == std::vector<std::vector<std::int64_t>>{{0, 2, 5}, {1, 4}, {3}});
  labels.codes[2] = Labels::kUnknown;
  labels.codes[3] = Labels::kUnknown;
  CHECK(rows_by_class(labels) == std::vector<std::vector<std::int64_t>>{{0, 5}, {1, 4}, {}});
  CHECK(rows_by_class({}).empty());
}

TEST_CASE("a row is called by its id, else by its number in the file") {
  Dataset data;
  data.row_numbers = {3, 7};
  CHECK(data.rows() == 2);
  CHECK(data.row_name(1) == "7");
  data.ids = {"a", "b"};
  CHECK(data.row_name(1) == "b");
}
