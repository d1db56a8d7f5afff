#include "nearfar/mining/numbered.h"

#include <doctest/doctest.h>

#include <map>
#include <numeric>

#include "mining/mined.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

std::vector<MinedTuple> every(const NumberedTuples& numbered, std::int64_t row) {
  std::vector<std::uint64_t> numbers(static_cast<std::size_t>(numbered.count(row)));
  std::iota(numbers.begin(), numbers.end(), std::uint64_t{0});
  std::vector<MinedTuple> tuples;
  numbered.make(row, numbers, tuples);
  return tuples;
}

}  // namespace

TEST_CASE("numbered triplets: all of them in order, each with its distances") {
  const Labels labels = random_label_sets(30, 6, 9, 1, 7);
  const SimilarRows similar(labels);
  const Matrix x = random_rows(30, 3, 2);
  const Distance distance;
  const NumberedTriplets numbered(similar, RowDistance(x, distance));
  Triplets got;
  Triplets expected;
  for (std::int32_t a = 0; a < 30; ++a) {
    for (const MinedTuple& t : every(numbered, a)) {
      got.push_back({t.anchor, t.other, t.negative});
      CHECK(same_bits(t.d_ap, distance.between(x.row(a), x.row(t.other), 3)));
      CHECK(same_bits(t.d_an, distance.between(x.row(a), x.row(t.negative), 3)));
    }
    for (std::int32_t p = 0; p < 30; ++p) {
      for (std::int32_t n = 0; n < 30; ++n) {
        if (a != p && similar.similar(a, p) && similar.is_known(a) && similar.is_known(n) &&
            !similar.similar(a, n))
          expected.push_back({a, p, n});
      }
    }
  }
  CHECK(got == expected);
  CHECK(got.size() > 1000);
}

TEST_CASE("drawn numbers: every set of tuples of all rows equally often; all when there are no more") {
  const Labels labels = labels_of({0, 1, 0, 1, 2});  // 4 x 3 triplets, none of row 4
  const SimilarRows similar(labels);
  const Matrix x(5, 1);
  const Distance distance;
  const NumberedTriplets numbered(similar, RowDistance(x, distance));
  std::map<std::vector<std::uint64_t>, std::int64_t> sets;  // 12 over 2 = 66
  for (std::uint64_t seed = 0; seed < 66 * 200; ++seed) {
    Random random(seed);
    const DrawnNumbers drawn(numbered, 5, 2, random);
    CHECK(drawn.total() == 12);
    std::vector<std::uint64_t> numbers;
    for (std::int64_t row = 0; row < 5; ++row) {
      for (const std::uint64_t number : drawn.of(row)) {
        REQUIRE(number < static_cast<std::uint64_t>(numbered.count(row)));
        numbers.push_back(static_cast<std::uint64_t>(row) * 3 + number);
      }
    }
    ++sets[numbers];
  }
  const auto counts = counts_of(sets);
  CHECK(counts.size() == 66);
  CHECK(chi_squared(counts) < chi_bound(counts.size()));
  Random random(1);
  const DrawnNumbers all(numbered, 5, 12, random);
  for (std::int64_t row = 0; row < 4; ++row) CHECK(all.of(row).size() == 3);
  CHECK(all.of(4).empty());
}

TEST_CASE("labelled pairs: so many of either sort are drawn, evenly, with rows before and behind") {
  const Labels labels = labels_of({0, 1, 0, -1, 0, 1, 2, 0});
  const SimilarRows similar(labels);
  const Matrix x(8, 1);
  const Distance distance;
  const LabelledPairs pairs(similar, RowDistance(x, distance));
  CHECK(pairs.count(0) == 6);
  CHECK(pairs.count(3) == 0);
  CHECK(pairs.count(7) == 0);
  std::map<std::int32_t, std::int64_t> partners;
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    Random random(seed);
    std::vector<MinedTuple> drawn;
    pairs.draw(2, 2, random, drawn);
    REQUIRE(drawn.size() == 4);
    for (const MinedTuple& t : drawn) {
      CHECK((t.value == 1) == similar.similar(2, t.other));
      ++partners[t.other];
    }
  }
  CHECK(partners.size() == 6);  // three of either sort, two drawn: 2,000 times each
  for (const auto& [row, count] : partners) CHECK(std::abs(count - 2000) < 6 * 25.9);
  Random random(1);
  std::vector<MinedTuple> drawn;
  pairs.draw(3, 2, random, drawn);  // of unknown class
  CHECK(drawn.empty());
  pairs.draw(6, 2, random, drawn);  // alone in its class
  CHECK(drawn.size() == 2);
}
