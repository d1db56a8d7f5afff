// `hard`, `hard-semihard` and `easy-semihard`.
#include <doctest/doctest.h>

#include "mining/mined.h"
#include "nearfar/network/normalize.h"
#include "oracle.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

Triplets of_oracle(const std::vector<oracle::OracleTriplet>& list) {
  Triplets triplets;
  for (const auto& [a, p, n] : list) triplets.push_back({a, p, n});
  return triplets;
}

Mined on_oracle(std::string_view strategy) {
  Matrix x = oracle::embeddings();
  normalize_rows(x);
  return mined(x, oracle::labels(), with_strategy(strategy));
}

Matrix on_a_line(const std::vector<float>& places) {
  Matrix x(std::ssize(places), 1);
  std::copy(places.begin(), places.end(), x.data());
  return x;
}

}  // namespace

TEST_CASE("one triplet an anchor: those of the oracle, rows scaled to length 1") {
  CHECK(on_oracle("hard").triplets() == of_oracle(oracle::kBatchHard));
  CHECK(on_oracle("easy-semihard").triplets() == of_oracle(oracle::kEasySemihard));
  const Mined run = on_oracle("hard-semihard");
  CHECK(run.triplets() == of_oracle(oracle::kHardSemihard));
  CHECK(run.summary.without_tuple == 1);     // anchor 8: no negative beyond its farthest positive
  CHECK(run.summary.without_positive == 1);  // row 13, alone in its class
}

TEST_CASE("hard: ties go to the lower row") {
  // Anchor 0 at 0; positives 1, 3 at distance 2; negatives 2, 4 at distance 1.
  const Mined run = mined(on_a_line({0, 2, 1, -2, -1}), labels_of({0, 0, 1, 0, 1}), with_strategy("hard"));
  REQUIRE(run.tuples.size() == 5);
  CHECK(run.triplets()[0] == Triplet{0, 1, 2});
  CHECK(run.triplets()[2] == Triplet{2, 4, 0});
}

TEST_CASE("hard: all rows equal, so everything ties") {
  const Matrix x(6, 3);
  const Mined run = mined(x, labels_of({0, 1, 0, 1, 0, 1}), with_strategy("hard"));
  CHECK(run.triplets() == Triplets{{0, 2, 1}, {1, 3, 0}, {2, 0, 1}, {3, 1, 0}, {4, 0, 1}, {5, 1, 0}});
}

TEST_CASE("hard: with a guard the nearest negative that it leaves") {
  MiningOptions options = with_strategy("hard");
  const Matrix x = on_a_line({0, 2, 1, 2, 3});
  const Labels labels = labels_of({0, 0, 1, 1, 1});
  options.parameters.guard = 1;  // from 0 the negative 3 is as far as the positive
  CHECK(mined(x, labels, options).triplets()[0] == Triplet{0, 1, 3});
  options.parameters.guard = 1.25;
  CHECK(mined(x, labels, options).triplets()[0] == Triplet{0, 1, 4});
  options.parameters.guard = 2;
  const Mined run = mined(x, labels, options);
  CHECK(run.triplets()[0].anchor != 0);
  CHECK(run.summary.without_tuple > 0);
}

TEST_CASE("hard-semihard, easy-semihard: strictly beyond; of equal positives and negatives the lower row") {
  const Matrix x = on_a_line({0, 1, -1, 3, -3, 3, 4, -4, 1});
  const Labels labels = labels_of({0, 0, 0, 0, 0, 1, 1, 1, 1});
  CHECK(mined(x, labels, with_strategy("hard-semihard")).triplets()[0] == Triplet{0, 3, 6});
  CHECK(mined(x, labels, with_strategy("easy-semihard")).triplets()[0] == Triplet{0, 1, 5});
}
