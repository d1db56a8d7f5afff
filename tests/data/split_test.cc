#include "nearfar/data/split.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "data/several_labels.h"
#include "nearfar/core/random.h"
#include "nearfar/data/components.h"
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
  CHECK(names == std::vector<std::string_view>{"random", "stratified", "class", "group", "items"});
}

TEST_CASE("fractions are read, and must be positive, named once and add up to 1") {
  const std::vector<SplitPart> parts = parse_fractions("train=0.7,my=test=0.3");
  REQUIRE(parts.size() == 2);
  CHECK(parts[0].name == "train");
  CHECK(parts[1].name == "my=test");
  CHECK(parts[1].share == doctest::Approx(0.3));
  const std::vector<SplitPart> blanks = parse_fractions(" train = 0.7, my test=0.3 ");
  CHECK(blanks[0].name == "train");
  CHECK(blanks[1].name == "my test");
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

TEST_CASE("a share too small for a single row is refused by name") {
  const std::vector<SplitPart> parts{{"test", 0.01}, {"train", 0.99}};  // what is left over goes to the last
  const Labels labels =
      encode_labels(std::vector<std::string>{"x", "y", "x", "y", "x", "y", "x", "y", "x", "y"});
  for (const SplitStrategy strategy : {SplitStrategy::random, SplitStrategy::stratified}) {
    const auto error = error_of([&] { (void)split_rows(10, labels, parts, strategy, 0); });
    REQUIRE(error);
    CHECK((error->kind() == ErrorKind::data));
    CHECK(contains(error->message(), "'test'"));
  }
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

TEST_CASE("stratified: rows of unknown class are divided in the same shares") {
  for (const auto& parts : kDivisions) {
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
      Labels labels = random_labels(400, 6, seed);
      for (std::size_t i = 0; i < 400; i += 3) labels.codes[i] = Labels::kUnknown;
      const std::vector<std::int32_t> part_of =
          split_rows(400, labels, parts, SplitStrategy::stratified, seed);
      Counts unknown(parts.size());
      for (std::size_t i = 0; i < 400; ++i) {
        if (labels.codes[i] == Labels::kUnknown) ++unknown.at(static_cast<std::size_t>(part_of[i]));
      }
      const Counts wanted = rounded_counts(400, parts);
      const Counts total = part_counts(part_of, parts.size());
      for (std::size_t p = 0; p < parts.size(); ++p) {
        CHECK(std::abs(static_cast<double>(unknown[p]) - 134 * parts[p].share) < 1.5);
        CHECK(std::abs(total[p] - wanted[p]) <= 1);
      }
    }
  }
}

TEST_CASE("class: rows of unknown class are dealt by chance in the same shares, and fill no part alone") {
  for (const auto& parts : kDivisions) {
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
      Labels labels = random_labels(600, 200, seed);
      for (std::size_t i = 0; i < 600; i += 2) labels.codes[i] = Labels::kUnknown;
      const std::vector<std::int32_t> part_of = split_rows(600, labels, parts, SplitStrategy::by_class, seed);
      Counts unknown(parts.size());
      for (std::size_t i = 0; i < 600; i += 2) ++unknown.at(static_cast<std::size_t>(part_of[i]));
      for (std::size_t p = 0; p < parts.size(); ++p)
        CHECK(std::abs(static_cast<double>(unknown[p]) - 300 * parts[p].share) < 1 + 1e-6);
    }
  }
  Labels one_class = encode_labels(std::vector<std::string>(10, "x"));
  for (std::size_t i = 5; i < 10; ++i) one_class.codes[i] = Labels::kUnknown;
  CHECK(kind_of([&] { (void)split_rows(10, one_class, folds(2), SplitStrategy::by_class, 0); }) == kData);
}

TEST_CASE("class with several labels: no label is in two parts") {
  int split = 0;
  for (const auto& parts : kDivisions) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      const LabelSets sets = random_label_sets(300, 400, 2, seed);
      const Labels labels = encode_sets(sets);
      std::vector<std::int32_t> part_of;
      if (kind_of([&] { part_of = split_rows(300, labels, parts, SplitStrategy::by_class, seed); }) != 0)
        continue;
      ++split;
      for (const std::vector<std::int64_t>& rows : rows_by_label(labels)) {
        for (const std::int64_t row : rows)
          CHECK(part_of[static_cast<std::size_t>(row)] == part_of[static_cast<std::size_t>(rows[0])]);
      }
    }
  }
  CHECK(split > 60);
}

TEST_CASE("stratified with several labels: every row in one part, none empty") {
  const Labels labels = encode_sets(random_label_sets(300, 10, 3, 5));
  for (const auto& parts : kDivisions) {
    const Counts counts =
        part_counts(split_rows(300, labels, parts, SplitStrategy::stratified, 1), parts.size());
    for (std::size_t p = 0; p < parts.size(); ++p)
      CHECK(std::abs(static_cast<double>(counts[p]) - 300 * parts[p].share) < 2);
  }
}

namespace {

struct RandomTuples {
  std::vector<std::vector<std::string>> items;
  Labels components;
};

// Triplets within blocks of `block` items each, so that components are no larger than a block.
RandomTuples blocked_tuples(std::size_t count, std::uint64_t blocks, std::uint64_t block,
                            std::uint64_t seed) {
  Random random(seed);
  RandomTuples tuples;
  TupleComponents components;
  for (std::size_t t = 0; t < count; ++t) {
    const std::uint64_t b = random.below(blocks);
    std::vector<std::string> items;
    for (int k = 0; k < 3; ++k) items.push_back(std::to_string(b * block + random.below(block)));
    components.add(std::vector<std::string_view>(items.begin(), items.end()));
    tuples.items.push_back(std::move(items));
  }
  tuples.components = components.take();
  return tuples;
}

}  // namespace

TEST_CASE("items: no item in two parts, sizes within the largest component") {
  for (const auto& parts : kDivisions) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      const RandomTuples tuples = blocked_tuples(1000, 100, 5, seed);
      const std::vector<std::int32_t> part_of =
          split_rows(1000, tuples.components, parts, SplitStrategy::by_items, seed);
      std::map<std::string, std::int32_t> part_of_item;
      for (std::size_t t = 0; t < 1000; ++t) {
        for (const std::string& item : tuples.items[t])
          CHECK(part_of_item.emplace(item, part_of[t]).first->second == part_of[t]);
      }
      std::size_t largest = 0;
      for (const auto& members : rows_by_class(tuples.components))
        largest = std::max(largest, members.size());
      const Counts counts = part_counts(part_of, parts.size());
      for (std::size_t p = 0; p < parts.size(); ++p) {
        CHECK(std::abs(static_cast<double>(counts[p]) - 1000 * parts[p].share) <=
              static_cast<double>(largest));
      }
    }
  }
}

TEST_CASE("items: one component, or one too large for the shares, is refused with its size") {
  const auto problem = [](const Labels& components, const std::vector<SplitPart>& parts) {
    const auto error = error_of([&] {
      (void)split_rows(static_cast<std::int64_t>(components.codes.size()), components, parts,
                       SplitStrategy::by_items, 0);
    });
    return error ? error->message() : "none";
  };
  // `large` of 100 tuples hang together, the others are alone.
  const auto components = [](int large) {
    TupleComponents tuples;
    for (int t = 0; t < 100; ++t) {
      const std::string a = t < large ? "hub" : "a" + std::to_string(t);
      const std::string b = "b" + std::to_string(t);
      tuples.add(std::vector<std::string_view>{a, b});
    }
    return tuples.take();
  };
  CHECK(problem(components(100), kDivisions[0]) ==
        "all 100 tuples hang together, because they share items, directly or through others; the largest "
        "part, 'train', is to hold 70 %");
  CHECK(problem(components(100), {{"train", 0.99}, {"test", 0.01}}) != "none");
  CHECK(problem(components(80), kDivisions[0]) ==
        "80 of 100 tuples (80 %) hang together with 'hub', because they share items, directly or through "
        "others; the largest part, 'train', is to hold 70 %");
  CHECK(problem(components(76), kDivisions[0]) != "none");
  CHECK(problem(components(75), kDivisions[0]) == "none");
  TupleComponents few;  // of 7 tuples no fold can hold less than 2, so two may hang together
  for (const char* item : {"x", "x", "1", "2", "3", "4", "5"})
    few.add(std::vector<std::string_view>{item, item});
  CHECK(problem(few.take(), folds(5)) == "none");
  CHECK(problem(components(26), folds(5)) != "none");
  CHECK(problem(components(25), folds(5)) == "none");
}
