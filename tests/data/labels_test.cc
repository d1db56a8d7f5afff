#include "nearfar/data/labels.h"

#include <doctest/doctest.h>

#include <utility>

#include "data/several_labels.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

using Codes = std::vector<std::int32_t>;
using Names = std::vector<std::string>;
using Rows = std::vector<std::vector<std::int64_t>>;

// Whether two rows are similar, by the codes.
bool similar(const Labels& labels, std::size_t i, std::size_t j) {
  return labels.similar(labels.codes.at(i), labels.codes.at(j));
}

}  // namespace

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

TEST_CASE("a separator makes a field a set: order, repeats and blanks around a label do not count") {
  const LabelRules rules{";", {}};
  const Labels labels = encode_labels({"b;a", "a; b", "a", "b ;a;b", "c;a", "c"}, rules);
  CHECK(labels.codes == Codes{0, 0, 1, 0, 2, 3});
  CHECK(labels.names == Names{"a;b", "a", "a;c", "c"});
  CHECK(labels.label_names == Names{"b", "a", "c"});
  CHECK(labels.sets == std::vector<Codes>{{0, 1}, {1}, {1, 2}, {2}});
  CHECK(labels.several());
  CHECK(labels.classes() == 4);
  CHECK(labels.label_count() == 3);
  CHECK(labels.similar(0, 1));
  CHECK(labels.similar(0, 2));
  CHECK_FALSE(labels.similar(0, 3));
  CHECK(labels.similar(2, 3));
  CHECK_FALSE(labels.similar(0, Labels::kUnknown));
  CHECK_FALSE(labels.similar(Labels::kUnknown, Labels::kUnknown));
}

TEST_CASE("a separator that splits no field leaves single labels") {
  const Labels labels = encode_labels({"b", "a", " b"}, {"|", {}});
  CHECK(labels.codes == Codes{0, 1, 0});
  CHECK(labels.names == Names{"b", "a"});
  CHECK_FALSE(labels.several());
  CHECK(labels.label_names.empty());
  CHECK(labels.label_count() == 2);
}

TEST_CASE("a separator may be several bytes, one character of UTF-8") {
  CHECK(encode_labels({"a\u00b7b", "b"}, {"\u00b7", {}}).sets == std::vector<Codes>{{0, 1}, {1}});
}

TEST_CASE("ignored labels make rows of unknown class, but only where there is no other label") {
  const Labels single = encode_labels({"x", "?", "y", "", "?;x"}, {"", {"?", ""}});
  CHECK(single.codes == Codes{0, -1, 1, -1, 2});
  CHECK(single.names == Names{"x", "y", "?;x"});
  CHECK(single.unknown_rows() == 2);
  const Labels several = encode_labels({"x;?", "?", "y;x", ";", "x"}, {";", {"?", ""}});
  CHECK(several.codes == Codes{0, -1, 1, -1, 0});
  CHECK(several.names == Names{"x", "x;y"});
  CHECK(several.unknown_rows() == 2);
}

TEST_CASE("an empty label is found, unless it is ignored") {
  for (const char* field : {"", ";", "a;", ";a", "a;;b", "a; ;b", " "}) {
    CAPTURE(std::string(field));
    CHECK(has_empty_label(field, {";", {}}));
    CHECK(has_empty_label(field, {";", {"a"}}));
    CHECK_FALSE(has_empty_label(field, {";", {"a", ""}}));
    CHECK(has_empty_label(field, {}) == std::string(field).empty());
  }
  CHECK_FALSE(has_empty_label("a;b", {";", {}}));
}

TEST_CASE("an encoder starts anew after take(), and knows which ignored labels never came") {
  LabelEncoder encoder({"", {"?", "-1", "?"}});
  CHECK(encoder.never_seen() == Names{"?", "-1", "?"});
  encoder.add("b");
  encoder.add("-1");
  CHECK(encoder.take().codes == Codes{0, -1});
  encoder.add("a");
  const Labels second = encoder.take();
  CHECK(second.codes == Codes{0});
  CHECK(second.names == Names{"a"});
  CHECK(encoder.never_seen().front() == "?");
  CHECK(encoder.take().empty());
}

TEST_CASE("codes are similar exactly where the sets share a label; equal exactly where the sets are") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const LabelSets sets = random_label_sets(60, 4 + seed, 1 + seed % 5, seed);
    const Labels labels = encode_sets(sets);
    REQUIRE(labels.codes.size() == 60);
    for (std::size_t i = 0; i < 60; ++i) {
      CHECK((labels.codes[i] == Labels::kUnknown) == sets[i].empty());
      for (std::size_t j = 0; j < 60; ++j) {
        CHECK(similar(labels, i, j) == share(sets[i], sets[j]));
        CHECK((labels.codes[i] == labels.codes[j]) == (sets[i] == sets[j]));
      }
    }
  }
}

TEST_CASE("rows by label: in the list of each of its labels") {
  const LabelSets sets = random_label_sets(80, 6, 4, 3);
  const Labels labels = encode_sets(sets);
  const Rows rows = rows_by_label(labels);
  REQUIRE(rows.size() == labels.label_names.size());
  for (std::size_t l = 0; l < rows.size(); ++l) {
    std::vector<std::int64_t> expected;
    for (std::size_t i = 0; i < sets.size(); ++i) {
      if (sets[i].contains(labels.label_names[l])) expected.push_back(static_cast<std::int64_t>(i));
    }
    CHECK(rows[l] == expected);
  }
  const Labels single = encode_labels({"x", "y", "x"});
  CHECK(rows_by_label(single) == rows_by_class(single));
}

TEST_CASE("joined labels: similar across both exactly where the sets share a label") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    // None, one or both of the parts with several labels a row.
    LabelSets sets = random_label_sets(40, 7, seed % 2 == 0 ? 1 : 3, seed);
    const Labels first = encode_sets(sets);
    const LabelSets more = random_label_sets(30, 9, seed % 4 < 2 ? 1 : 3, seed + 100);
    const Labels joined = join_labels(first, encode_sets(more));
    sets.insert(sets.end(), more.begin(), more.end());
    REQUIRE(joined.codes.size() == 70);
    CHECK(std::equal(first.codes.begin(), first.codes.end(), joined.codes.begin()));
    CHECK(joined.several() ==
          std::any_of(sets.begin(), sets.end(), [](auto& set) { return set.size() > 1; }));
    for (std::size_t i = 0; i < 70; ++i) {
      for (std::size_t j = 0; j < 70; ++j) {
        CHECK(similar(joined, i, j) == share(sets[i], sets[j]));
        CHECK((joined.codes[i] == joined.codes[j]) == (sets[i] == sets[j]));
      }
    }
  }
}

TEST_CASE("joined labels: texts and the codes of the first part stay") {
  const Labels joined =
      join_labels(encode_labels({"b", "a"}), encode_labels({"c;a", "b", "?"}, {";", {"?"}}));
  CHECK(joined.codes == Codes{0, 1, 2, 0, -1});
  CHECK(joined.names == Names{"b", "a", "a;c"});
  CHECK(joined.label_names == Names{"b", "a", "c"});
  const Labels single = join_labels(encode_labels({"b", "a"}), encode_labels({"a", "c"}));
  CHECK(single.codes == Codes{0, 1, 1, 2});
  CHECK(single.names == Names{"b", "a", "c"});
  CHECK_FALSE(single.several());
  CHECK(join_labels({}, {}).empty());
}
