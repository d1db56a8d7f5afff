// `all` and `random`.
#include <doctest/doctest.h>

#include <cmath>
#include <map>

#include "mining/mined.h"
#include "oracle.h"

using namespace nearfar;
using namespace nearfar::testing;

TEST_CASE("all: every triplet once, in order; their number is the sum of (positives x negatives)") {
  const Mined run = mined(oracle::embeddings(), oracle::labels(), with_strategy("all"));
  CHECK(run.triplets() == all_triplets(oracle::labels()));
  CHECK(run.summary.tuples == oracle::kGapAtMost02 + oracle::kGapAbove02);
  CHECK(run.summary.tuples == 5 * 4 * 9 + 2 * (4 * 3 * 10));
}

TEST_CASE(
    "random: five for every anchor by default, other ones for another seed, the same for the same seed") {
  const Labels labels = random_labels(60, 3, 1);
  const Matrix x = random_rows(60, 2, 2);
  MiningOptions options = with_strategy("random");
  const Triplets first = mined(x, labels, options).triplets();
  CHECK(first.size() == 300);
  CHECK(mined(x, labels, options).triplets() == first);
  options.seed = 1;
  CHECK(mined(x, labels, options).triplets() != first);
  CHECK(is_subset(first, all_triplets(labels)));
}

TEST_CASE("random: every triplet, and every two triplets of an anchor, equally often") {
  const Labels labels = labels_of({0, 1, 0, 2, 0, 1, 2});
  const Matrix x(7, 1);
  constexpr int kSeeds = 5600;
  std::map<Triplet, int> single;
  std::map<std::pair<Triplet, Triplet>, int> together;
  MiningOptions options = with_strategy("random", 2);
  for (int seed = 0; seed < kSeeds; ++seed) {
    options.seed = static_cast<std::uint64_t>(seed);
    const Triplets drawn = mined(x, labels, options).triplets();
    for (const Triplet& t : drawn) ++single[t];
    REQUIRE(drawn.size() == 14);
    REQUIRE(drawn[1].anchor == 0);
    ++together[{drawn[0], drawn[1]}];
  }
  // Anchors of class 0 have 2 x 4 triplets, the others 1 x 5. A count is binomial; beyond 6 standard
  // deviations once in 5e8.
  CHECK(single.size() == 3 * 8 + 4 * 5);
  for (const auto& [triplet, count] : single) {
    const double p = labels.codes[static_cast<std::size_t>(triplet.anchor)] == 0 ? 2.0 / 8 : 2.0 / 5;
    CHECK(std::abs(count - kSeeds * p) < 6 * std::sqrt(kSeeds * p * (1 - p)));
  }
  CHECK(together.size() == 28);  // of 8 over 2: 200 times each
  for (const auto& [pair, count] : together) CHECK(std::abs(count - 200) < 6 * std::sqrt(200.0));
}

TEST_CASE("random: anchors draw independently of each other") {
  // Rows 0 and 2 have 1 x 4 triplets each; both draw one. Equal choices must come a quarter of the time.
  const Labels labels = labels_of({0, 1, 0, 2, 3, 4});
  const Matrix x(6, 1);
  constexpr int kSeeds = 4000;
  int equal = 0;
  MiningOptions options = with_strategy("random", 1);
  for (int seed = 0; seed < kSeeds; ++seed) {
    options.seed = static_cast<std::uint64_t>(seed);
    const Triplets drawn = mined(x, labels, options).triplets();
    REQUIRE(drawn.size() == 2);
    if (drawn[0].negative == drawn[1].negative) ++equal;
  }
  CHECK(std::abs(equal - 1000) < 6 * std::sqrt(4000 * 0.25 * 0.75));
}
