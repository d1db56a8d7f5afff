#include <doctest/doctest.h>

#include "mining/mined.h"
#include "nearfar/network/normalize.h"
#include "oracle.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

Triplets on_oracle(std::string_view strategy) {
  Matrix x = oracle::embeddings();
  normalize_rows(x);
  MiningOptions options = with_strategy(strategy, 0);
  options.parameters.margin = 0.2;
  return sorted(mined(x, oracle::labels(), options).triplets());
}

Triplets of_oracle(const std::vector<oracle::OracleTriplet>& list) {
  Triplets triplets;
  for (const auto& [a, p, n] : list) triplets.push_back({a, p, n});
  return sorted(triplets);
}

}  // namespace

TEST_CASE("the margin strategies: the triplets of the oracle, rows scaled to length 1, margin 0.2") {
  const Triplets semihard = of_oracle(oracle::kGapUpTo02);
  const Triplets hard = of_oracle(oracle::kGapUpTo0);
  CHECK(on_oracle("semihard-margin") == semihard);
  CHECK(on_oracle("hard-margin") == hard);
  Triplets within;
  std::merge(semihard.begin(), semihard.end(), hard.begin(), hard.end(), std::back_inserter(within));
  CHECK(on_oracle("margin") == within);
  CHECK(std::ssize(within) == oracle::kGapAtMost02);
  const Triplets all = sorted(mined(oracle::embeddings(), oracle::labels(), with_strategy("all")).triplets());
  Triplets beyond;
  std::set_difference(all.begin(), all.end(), within.begin(), within.end(), std::back_inserter(beyond));
  CHECK(on_oracle("easy-margin") == beyond);
  CHECK(std::ssize(beyond) == oracle::kGapAbove02);
}

TEST_CASE("the margin strategies: a gap of exactly 0 is hard, of exactly the margin within it") {
  // From row 0 the positive is at 1, the negatives at 1, 2 and 2.5: gaps 0, 1, 1.5.
  Matrix x(5, 1);
  const float places[] = {0, 1, -1, 2, -2.5F};
  std::copy(std::begin(places), std::end(places), x.data());
  const Labels labels = labels_of({0, 0, 1, 1, 1});
  const auto of_first = [&](std::string_view strategy) {
    MiningOptions options = with_strategy(strategy, 0);
    options.parameters.margin = 1;
    std::vector<std::int32_t> negatives;
    for (const Triplet& t : mined(x, labels, options).triplets()) {
      if (t.anchor == 0) negatives.push_back(t.negative);
    }
    return negatives;
  };
  using Rows = std::vector<std::int32_t>;
  CHECK(of_first("hard-margin") == Rows{2});
  CHECK(of_first("semihard-margin") == Rows{3});
  CHECK(of_first("margin") == Rows{2, 3});
  CHECK(of_first("easy-margin") == Rows{4});
}
