#include <doctest/doctest.h>

#include "mining/mined.h"
#include "nearfar/network/normalize.h"
#include "oracle.h"

using namespace nearfar;
using namespace nearfar::testing;

TEST_CASE("hard: the batch-hard triplets of the oracle") {
  Matrix x = oracle::embeddings();
  normalize_rows(x);
  Triplets expected;
  for (const auto& [a, p, n] : oracle::kBatchHard) expected.push_back({a, p, n});
  CHECK(mined(x, oracle::labels(), with_strategy("hard")).triplets() == expected);
}

TEST_CASE("hard: ties go to the lower row") {
  // On a line: anchor 0 at 0; positives 1, 3 at distance 2; negatives 2, 4 at distance 1.
  Matrix x(5, 1);
  const float places[] = {0, 2, 1, -2, -1};
  std::copy(std::begin(places), std::end(places), x.data());
  const Mined run = mined(x, labels_of({0, 0, 1, 0, 1}), with_strategy("hard"));
  REQUIRE(run.tuples.size() == 5);
  CHECK(run.triplets()[0] == Triplet{0, 1, 2});
  CHECK(run.triplets()[2] == Triplet{2, 4, 0});
}

TEST_CASE("hard: all rows equal, so everything ties") {
  const Matrix x(6, 3);
  const Mined run = mined(x, labels_of({0, 1, 0, 1, 0, 1}), with_strategy("hard"));
  CHECK(run.triplets() == Triplets{{0, 2, 1}, {1, 3, 0}, {2, 0, 1}, {3, 1, 0}, {4, 0, 1}, {5, 1, 0}});
}
