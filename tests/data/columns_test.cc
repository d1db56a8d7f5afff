#include "nearfar/data/columns.h"

#include <doctest/doctest.h>

#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

using Names = std::vector<std::string>;
using Indices = std::vector<std::size_t>;

const Names kNames{"id", "a", "b", "c", "x-y", "2", "p,q", "!n"};

Indices select(std::string_view selector, const Names& names = kNames) {
  return select_columns(selector, names, "f.csv", "--features");
}

int select_kind(std::string_view selector) {
  return kind_of([&] { (void)select(selector); });
}

}  // namespace

TEST_CASE("a column is found by name first, then by number") {
  CHECK(find_column("b", kNames, "f", "--label") == 2);
  CHECK(find_column("3", kNames, "f", "--label") == 2);
  CHECK(find_column("2", kNames, "f", "--label") == 5);  // a column is called so
  CHECK(find_column("8", kNames, "f", "--label") == 7);
  for (const char* name : {"0", "9", "-1", "+1", "1.0", "B", "", "99999999999999999999"}) {
    CAPTURE(std::string(name));
    CHECK(kind_of([&] { (void)find_column(name, kNames, "f", "--label"); }) == kData);
  }
}

TEST_CASE("a missing column is named with the option, the file, a proposal and the columns") {
  const auto error = error_of([] { (void)find_column("lable", {"f1", "label"}, "f.csv", "--label"); });
  REQUIRE(error);
  CHECK(
      std::string(error->what()) ==
      "f.csv: --label: there is no column 'lable' (did you mean 'label'?)\n  the columns are: f1 and label");
  Names many;
  for (int i = 1; i <= 500; ++i) many.push_back("feature" + std::to_string(i));
  const auto long_error = error_of([&] { (void)find_column("zzz", many, "f.csv", "--label"); });
  REQUIRE(long_error);
  CHECK(long_error->advice().size() < 250);
  CHECK(contains(long_error->advice(), "feature1,"));
  CHECK(contains(long_error->advice(), "feature500"));
}

TEST_CASE("selectors pick names, numbers, ranges and negations in the order written") {
  const std::pair<const char*, Indices> cases[] = {
      {"a", {1}},
      {"c,a", {3, 1}},
      {"3", {2}},
      {"a,3,a", {1, 2}},
      {"a-c", {1, 2, 3}},
      {"1-3", {0, 1, 2}},
      {"3-4", {2, 3}},
      {"b-b", {2}},
      {"7-", {6, 7}},
      {"b-", {2, 3, 4, 5, 6, 7}},
      {"a-4", {1, 2, 3}},
      {"x-y", {4}},
      {"c-x-y", {3, 4}},
      {"x-y-!n", {4, 5, 6, 7}},
      {"\"x-y\"", {4}},
      {"2", {5}},
      {"\"p,q\"", {6}},
      {"a,\"p,q\",b", {1, 6, 2}},
      {"!n", {7}},
      {"!!n", {0, 1, 2, 3, 4, 5, 6}},
      {"!a", {0, 2, 3, 4, 5, 6, 7}},
      {"!1-3", {3, 4, 5, 6, 7}},
      {"!b-", {0, 1}},
      {"!a,!b", {0, 3, 4, 5, 6, 7}},
      {"a-c,!b", {1, 3}},
      {"a-c,!b,b", {1, 3, 2}},
      {"!\"p,q\"", {0, 1, 2, 3, 4, 5, 7}},
      {"!1-", {}},
  };
  for (const auto& [selector, expected] : cases) {
    const std::string shown(selector);  // a structured binding cannot be captured
    CAPTURE(shown);
    CHECK(select(selector) == expected);
  }
  CHECK(select("1-3,2-4", {"p", "q", "r", "s"}) == Indices{0, 1, 2, 3});  // without repeats
}

TEST_CASE("a negation at the front starts from the candidates alone; what is named need not be one") {
  const Names names{"a", "b", "c", "d"};
  const auto among = [&](std::string_view selector, const Indices& candidates) {
    return select_columns(selector, names, "f.csv", "--features", &candidates);
  };
  CHECK(among("!b", {0, 1, 2}) == Indices{0, 2});
  CHECK(among("!b", {2, 3}) == Indices{2, 3});
  CHECK(among("!b,a", {2, 3}) == Indices{2, 3, 0});
  CHECK(among("a", {2, 3}) == Indices{0});
}

TEST_CASE("malformed selectors are usage errors, unknown columns data errors") {
  for (const char* selector : {"", "a,", ",a", "a,,b", "!", "\"a", "a\"", "\"\"", "c-a", "4-3", "b-1"}) {
    CAPTURE(std::string(selector));
    CHECK(select_kind(selector) == kUsage);
  }
  for (const char* selector :
       {"zz", "a,zz", "!zz", "0", "0-3", "1-9", "-", "-3", "a-zz", "\"a-c\"", "1--3"}) {
    CAPTURE(std::string(selector));
    CHECK(select_kind(selector) == kData);
  }
}

TEST_CASE("conditions are COL=VALUE or COL!=VALUE") {
  struct Case {
    const char* text;
    const char* column;
    const char* value;
    bool equal;
  };
  const Case cases[] = {
      {"split=train", "split", "train", true},
      {"split!=train", "split", "train", false},
      {"a=", "a", "", true},
      {"a!=", "a", "", false},
      {"a=b=c", "a", "b=c", true},
      {"a=!b", "a", "!b", true},
      {"a b= c ", "a b", " c ", true},
      {"a!!=b", "a!", "b", false},
  };
  for (const Case& c : cases) {
    CAPTURE(std::string(c.text));
    const Condition condition = parse_condition(c.text, "--where");
    CHECK(condition.column == c.column);
    CHECK(condition.value == c.value);
    CHECK(condition.equal == c.equal);
  }
  for (const char* text : {"", "split", "=x", "!=x", "!=", "=", "fold==1", "fold!==1"}) {
    CAPTURE(std::string(text));
    CHECK(kind_of([&] { (void)parse_condition(text, "--where"); }) == kUsage);
  }
  const auto doubled = error_of([] { (void)parse_condition("fold==1", "--where"); });
  REQUIRE(doubled);
  CHECK(doubled->advice() == "write --where fold=1");
}
