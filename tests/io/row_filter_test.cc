#include "nearfar/io/row_filter.h"

#include <doctest/doctest.h>

#include "nearfar/core/error.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

Record record(std::initializer_list<std::string_view> fields) {
  Record record;
  record.fields.assign(fields);
  return record;
}

// What is said when none of two rows passes; the columns are split and fold.
Error refusal(const std::vector<Condition>& conditions) {
  RowFilter filter(conditions, {"split", "fold"}, "t.csv", "--tuples-where");
  for (const Record& row : {record({"train", "1"}), record({"test", "2"})}) {
    REQUIRE_FALSE(filter.passes(row));
    filter.note_refused(row);
  }
  const auto error = error_of([&] { filter.refuse_all(2, "pairs", "t.csv"); });
  REQUIRE(error);
  return *error;
}

}  // namespace

TEST_CASE(
    "rows that do not pass: the message has the condition, the nearest value, and what the column holds") {
  const Error one = refusal({{"split", "tran", true}});
  CHECK(one.kind() == ErrorKind::data);
  CHECK(one.message() == "none of the 2 pairs passes --tuples-where split=tran (did you mean 'train'?)");
  CHECK(one.advice() == "in the file split is 'train' and 'test'; the value is compared as text");
  const Error two = refusal({{"split", "train", true}, {"fold", "1", false}});
  CHECK(two.message() == "none of the 2 pairs passes --tuples-where split=train and fold!=1");
  CHECK(two.advice() ==
        "in the file split is 'train' and 'test'; fold is '1' and '2'; the value is compared as text");
}

TEST_CASE("many values: the first few are named") {
  SeenValues seen;
  for (int i = 0; i < 100; ++i) seen.add(std::to_string(i % 20));
  CHECK(seen.listed() == "'0', '1', '2', '3', '4', '5', '6', '7' and more");
}

TEST_CASE("a long value is cut, between two characters") {
  SeenValues seen;
  seen.add(std::string(3000, 'x'));
  seen.add(std::string(39, 'y') + "\xC3\xA9 and more");  // an e with an accent at bytes 40 and 41
  CHECK(seen.listed() == "'" + std::string(40, 'x') + "...' and '" + std::string(39, 'y') + "...'");
}

TEST_CASE("a file without rows is said to be one, whatever the conditions") {
  const RowFilter filter({{"split", "train", true}}, {"split"}, "t.csv", "--where");
  const auto error = error_of([&] { filter.refuse_all(0, "data rows", "t.csv"); });
  REQUIRE(error);
  CHECK(error->message() == "there are no data rows");
  CHECK(error->place().file == "t.csv");
}
