#include "nearfar/data/split.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "nearfar/core/random.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

using Counts = std::vector<std::int64_t>;

std::vector<SplitPart> folds(int count) {
  std::vector<SplitPart> parts;
  for (int k = 1; k <= count; ++k) parts.push_back({std::to_string(k), 1.0 / count});
  return parts;
}

const std::vector<std::vector<SplitPart>> kDivisions{parse_fractions("train=0.7,test=0.3"),
                                                     parse_fractions("train=0.8,valid=0.1,test=0.1"),
                                                     parse_fractions("a=0.55,b=0.25,c=0.2"),
                                                     folds(2),
                                                     folds(5),
                                                     folds(10)};

// Classes of very different sizes.
Labels random_labels(std::int64_t rows, std::uint64_t classes, std::uint64_t seed) {
  Random random(seed);
  std::vector<std::string> texts;
  for (std::int64_t i = 0; i < rows; ++i)
    texts.push_back(std::to_string(random.below(1 + random.below(classes))));
  return encode_labels(texts);
}

Counts part_counts(const std::vector<std::int32_t>& part_of, std::size_t parts) {
  Counts counts(parts);
  for (const std::int32_t part : part_of) ++counts.at(static_cast<std::size_t>(part));
  return counts;
}

// The shares of all rows, rounded down; what is left over goes one each to the last parts.
Counts rounded_counts(std::int64_t rows, const std::vector<SplitPart>& parts) {
  Counts counts;
  std::int64_t left = rows;
  for (const SplitPart& part : parts) {
    counts.push_back(static_cast<std::int64_t>(std::floor(static_cast<double>(rows) * part.share + 1e-9)));
    left -= counts.back();
  }
  for (std::size_t p = parts.size(); left > 0; --left) ++counts[--p];
  return counts;
}

}  // namespace

TEST_CASE("the table of strategies has the names of the option") {
  std::vector<std::string_view> names;
  for (const SplitStrategyInfo& info : split_strategies()) names.push_back(info.name);
  CHECK(names == std::vector<std::string_view>{"random", "stratified", "class", "group"});
}

TEST_CASE("fractions are read, and must be positive, named once and add up to 1") {
  const std::vector<SplitPart> parts = parse_fractions("train=0.7,my=test=0.3");
  REQUIRE(parts.size() == 2);
  CHECK(parts[0].name == "train");
  CHECK(parts[1].name == "my=test");
  CHECK(parts[1].share == doctest::Approx(0.3));
  CHECK(parse_fractions("a=.3333333,b=.3333333,c=.3333334").size() == 3);
  for (const char* text :
       {"", "train", "train=1", "=0.5,b=0.5", "a=0.5,b=x", "a=0.5,a=0.5", "a=0.5,b=0.4", "a=0.7,b=0.4",
        "a=1,b=0", "a=1.5,b=-0.5", "a=nan,b=1", "a=inf,b=1", "a=0.5,b=0.5,", "a=0.5 b=0.5"}) {
    CAPTURE(std::string(text));
    CHECK(kind_of([&] { (void)parse_fractions(text); }) == kUsage);
  }
}

TEST_CASE("random: every part has its share but for rounding, other rows for another seed") {
  for (const auto& parts : kDivisions) {
    for (const std::int64_t rows : {20, 21, 97, 1000}) {
      std::set<std::vector<std::int32_t>> seen;
      for (std::uint64_t seed = 0; seed < 20; ++seed) {
        const std::vector<std::int32_t> part_of = split_rows(rows, {}, parts, SplitStrategy::random, seed);
        REQUIRE(part_of.size() == static_cast<std::size_t>(rows));
        CHECK(part_counts(part_of, parts.size()) == rounded_counts(rows, parts));
        CHECK(part_of == split_rows(rows, {}, parts, SplitStrategy::random, seed));
        seen.insert(part_of);
      }
      CHECK(seen.size() == 20);
    }
  }
}

TEST_CASE("random: every row is as likely as any other in a part") {
  std::vector<int> tests(10);
  for (std::uint64_t seed = 0; seed < 4000; ++seed) {
    const std::vector<std::int32_t> part_of = split_rows(10, {}, kDivisions[0], SplitStrategy::random, seed);
    for (std::size_t i = 0; i < 10; ++i) tests[i] += part_of[i];
  }
  for (const int count : tests)
    CHECK(std::abs(count - 1200) < 6 * 29);  // six deviations of a binomial(4000, 0.3)
}

TEST_CASE("stratified: every class within one row of its share, and the whole near it") {
  for (const auto& parts : kDivisions) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      const std::int64_t rows = 50 + static_cast<std::int64_t>(seed) * 37;
      const Counts wanted = rounded_counts(rows, parts);
      const Labels labels = random_labels(rows, 1 + seed, seed);
      const std::vector<std::int32_t> part_of =
          split_rows(rows, labels, parts, SplitStrategy::stratified, seed);
      CHECK(part_of == split_rows(rows, labels, parts, SplitStrategy::stratified, seed));
      for (const std::vector<std::int64_t>& members : rows_by_class(labels)) {
        Counts counts(parts.size());
        for (const std::int64_t row : members)
          ++counts.at(static_cast<std::size_t>(part_of[static_cast<std::size_t>(row)]));
        for (std::size_t p = 0; p < parts.size(); ++p) {
          const double share = static_cast<double>(wanted[p]) / static_cast<double>(rows);
          CHECK(std::abs(static_cast<double>(counts[p]) - static_cast<double>(members.size()) * share) <
                1 + 1e-6);
        }
      }
      const Counts total = part_counts(part_of, parts.size());
      for (std::size_t p = 0; p < parts.size(); ++p)
        CHECK(std::abs(total[p] - wanted[p]) <= 1);  // no piling up
    }
  }
}

TEST_CASE("stratified: classes too small for every part are spread over the parts") {
  std::vector<std::string> texts;
  for (int i = 0; i < 100; ++i) texts.push_back(std::to_string(i));  // 100 classes of one row
  const std::vector<std::int32_t> part_of =
      split_rows(100, encode_labels(texts), folds(5), SplitStrategy::stratified, 1);
  CHECK(part_counts(part_of, 5) == Counts{20, 20, 20, 20, 20});
}

TEST_CASE("class and group: no class in two parts, sizes within the largest class") {
  for (const SplitStrategy strategy : {SplitStrategy::by_class, SplitStrategy::by_group}) {
    for (const auto& parts : kDivisions) {
      std::set<std::vector<std::int32_t>> seen;
      for (std::uint64_t seed = 0; seed < 20; ++seed) {
        const Labels labels = random_labels(500, 200, 77);
        const std::vector<std::int32_t> part_of = split_rows(500, labels, parts, strategy, seed);
        seen.insert(part_of);
        CHECK(part_of == split_rows(500, labels, parts, strategy, seed));
        std::size_t largest = 0;
        for (const std::vector<std::int64_t>& members : rows_by_class(labels)) {
          largest = std::max(largest, members.size());
          for (const std::int64_t row : members) {
            CHECK(part_of[static_cast<std::size_t>(row)] == part_of[static_cast<std::size_t>(members[0])]);
          }
        }
        const Counts counts = part_counts(part_of, parts.size());
        for (std::size_t p = 0; p < parts.size(); ++p) {
          CHECK(std::abs(static_cast<double>(counts[p]) - 500 * parts[p].share) <=
                static_cast<double>(largest));
        }
      }
      CHECK(seen.size() == 20);
    }
  }
}

TEST_CASE("a part that would stay empty is refused by name") {
  CHECK(kind_of([] { (void)split_rows(3, {}, folds(5), SplitStrategy::random, 0); }) == kData);
  CHECK(kind_of([] { (void)split_rows(0, {}, folds(2), SplitStrategy::random, 0); }) == kData);
  const Labels one = encode_labels(std::vector<std::string>(10, "x"));
  const auto error = error_of([&] { (void)split_rows(10, one, kDivisions[0], SplitStrategy::by_class, 0); });
  REQUIRE(error);
  CHECK((error->kind() == ErrorKind::data));
  CHECK(contains(error->message(), "'test'"));
}

TEST_CASE("whole classes fill every part when there are classes enough") {
  const std::vector<SplitPart> parts{{"train", 0.9}, {"test", 0.1}};
  const Labels labels = encode_labels({"a", "a", "b", "b", "c", "c"});
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const std::vector<std::int32_t> part = split_rows(6, labels, parts, SplitStrategy::by_class, seed);
    CHECK(std::count(part.begin(), part.end(), 0) == 4);
    CHECK(std::count(part.begin(), part.end(), 1) == 2);
  }
}
