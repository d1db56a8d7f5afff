// `neighbors`.
#include <doctest/doctest.h>

#include "mining/mined.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

// Six known rows in two classes, each of three, and one of unknown class.
Mined on_diagonal(std::int64_t genuine, std::int64_t impostors) {
  const float places[] = {0, 2, 4, 8, 16, 32, 33};
  Matrix x(7, 2);
  for (std::int64_t i = 0; i < 7; ++i) x(i, 0) = x(i, 1) = places[i];
  MiningOptions options = with_strategy("neighbors", 0);
  options.parameters.genuine = genuine;
  options.parameters.impostors = impostors;
  return mined(x, labels_of({0, 0, 0, 1, 1, 1, -1}), options);
}

}  // namespace

TEST_CASE("neighbors: the numbers of triplets of the k-NN case, the row of unknown class never used") {
  for (const auto& [genuine, impostors, triplets] :
       {std::array{2, 2, 24}, std::array{1, 3, 18}, std::array{1, 2, 12}}) {
    const Mined run = on_diagonal(genuine, impostors);
    CHECK(run.summary.tuples == triplets);
    CHECK(run.summary.anchors == 6);
    for (const Triplet& t : run.triplets()) {
      CHECK(t.anchor != 6);
      CHECK(t.negative != 6);
    }
  }
}

TEST_CASE("neighbors: the nearest ones, of equal distances the lower row") {
  const Triplets got = on_diagonal(1, 2).triplets();
  // Row 1 at 2 is as far from 0 as from 4; its impostors are 8 and 16.
  CHECK(got[2] == Triplet{1, 0, 3});
  CHECK(got[3] == Triplet{1, 0, 4});
  CHECK(got[10] == Triplet{5, 4, 2});
  CHECK(got[11] == Triplet{5, 4, 1});
}

TEST_CASE("neighbors: more wanted than there are gives all") {
  CHECK(on_diagonal(100, 1000).summary.tuples == 6 * 2 * 3);
}
