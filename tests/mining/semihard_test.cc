#include <doctest/doctest.h>

#include <map>

#include "mining/mined.h"
#include "mining/naive_miner.h"
#include "nearfar/network/normalize.h"
#include "oracle.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

Triplets on_oracle() {
  Matrix x = oracle::embeddings();
  normalize_rows(x);
  return mined(x, oracle::labels(), with_strategy("semihard", 0)).triplets();
}

}  // namespace

TEST_CASE("semihard: for the nearest and the farthest positive the negative is that of the oracle") {
  const Triplets got = on_oracle();
  const auto has = [&](const oracle::OracleTriplet& t) {
    return std::find(got.begin(), got.end(), Triplet{t[0], t[1], t[2]}) != got.end();
  };
  for (const auto& triplet : oracle::kEasySemihard) CHECK(has(triplet));
  for (const auto& triplet : oracle::kHardSemihard) CHECK(has(triplet));
  // Anchor 8 is farther from its farthest positive, 11, than from any negative.
  for (const Triplet& t : got) CHECK_FALSE((t.anchor == 8 && t.positive == 11));
}

TEST_CASE("semihard: where the oracle knows a gap of at most 0.2, the chosen triplet is one of those") {
  std::map<std::pair<std::int32_t, std::int32_t>, std::vector<std::int32_t>> near_gaps;
  for (const auto& [a, p, n] : oracle::kGapUpTo02) near_gaps[{a, p}].push_back(n);
  std::size_t met = 0;
  for (const Triplet& t : on_oracle()) {
    const auto found = near_gaps.find({t.anchor, t.positive});
    if (found == near_gaps.end()) continue;
    ++met;
    CHECK(std::find(found->second.begin(), found->second.end(), t.negative) != found->second.end());
  }
  CHECK(met == near_gaps.size());
}

TEST_CASE("semihard: the definition holds for few positives and for many") {
  for (const std::int64_t rows : {10, 60, 290}) {
    for (const bool ties : {false, true}) {
      std::vector<std::int32_t> codes;
      for (std::int64_t i = 0; i < rows; ++i) codes.push_back(static_cast<std::int32_t>(i % 2));
      const Labels labels = labels_of(codes);
      const Matrix x = ties ? integer_rows(rows, 2, 3, 4) : random_rows(rows, 3, 4);
      const MiningOptions options = with_strategy("semihard", 0);
      INFO("rows ", rows, " ties ", ties);
      CHECK(mined(x, labels, options).triplets() == NaiveMiner(x, labels, options).triplets());
    }
  }
}

TEST_CASE("semihard: strictly farther, the lower row of a tie, nothing when no negative lies beyond") {
  Matrix x(5, 1);
  const float places[] = {0, 2, 2, -3, 3};  // row 2 is no farther than the positive 1; rows 3 and 4 tie
  std::copy(std::begin(places), std::end(places), x.data());
  const Mined run = mined(x, labels_of({0, 0, 1, 1, 1}), with_strategy("semihard", 0));
  CHECK(run.triplets()[0] == Triplet{0, 1, 3});

  const Matrix same(4, 2);
  const Mined none = mined(same, labels_of({0, 0, 1, 1}), with_strategy("semihard"));
  CHECK(none.tuples.empty());
  CHECK(none.summary.without_tuple == 4);
}

TEST_CASE("semihard: a limit draws every positive with a negative beyond it equally often") {
  // Anchor 0 at 0 with 8 positives, of which 2 are farther than every negative.
  Matrix x(11, 1);
  const float places[] = {0, 1, 2, 50, 3, 4, 5, -60, 6, 20, 30};
  std::copy(std::begin(places), std::end(places), x.data());
  const Labels labels = labels_of({0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1});
  constexpr int kSeeds = 3000;
  std::map<std::int32_t, int> drawn;
  std::map<std::pair<std::int32_t, std::int32_t>, std::int64_t> together;
  MiningOptions options = with_strategy("semihard", 2);
  for (int seed = 0; seed < kSeeds; ++seed) {
    options.seed = static_cast<std::uint64_t>(seed);
    Triplets of_anchor;
    for (const Triplet& t : mined(x, labels, options).triplets()) {
      if (t.anchor == 0) of_anchor.push_back(t);
    }
    REQUIRE(of_anchor.size() == 2);
    for (const Triplet& t : of_anchor) ++drawn[t.positive];
    ++together[{of_anchor[0].positive, of_anchor[1].positive}];
  }
  // Binomial(3000, 2 of 6): mean 1000, standard deviation 25.8. Beyond 6 of them once in 5e8.
  CHECK(drawn.size() == 6);
  for (const auto& [positive, count] : drawn) CHECK(std::abs(count - 1000) < 155);
  const auto counts = counts_of(together);
  CHECK(counts.size() == 15);
  CHECK(chi_squared(counts) < chi_bound(counts.size()));
}
