#include "nearfar/mining/selection.h"

#include <doctest/doctest.h>

#include <map>

#include "mining/mined.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

// Runs of 2, none, 3 and 1 negatives.
void runs_of_six(const Anchor& /*anchor*/, const MiningContext& /*context*/, std::int64_t /*limit*/,
                 Random& /*random*/, std::vector<Run>& runs) {
  runs = {{0, 0, 2}, {2, 1, 4}, {3, 5, 6}};
}

// Positive p with all negatives: 40 x 50 triplets.
void many_runs(const Anchor& anchor, const MiningContext& /*context*/, std::int64_t /*limit*/,
               Random& /*random*/, std::vector<Run>& runs) {
  for (std::int32_t p = 0; p < 40; ++p) runs.push_back({p, 0, anchor.negative_count()});
}

bool third(const Anchor& /*anchor*/, const MiningContext& /*context*/, std::int32_t p, std::int32_t n) {
  return (p + n) % 3 == 0;
}

// Six triplets of 2,000: found only by looking at all of them.
bool rare(const Anchor& /*anchor*/, const MiningContext& /*context*/, std::int32_t p, std::int32_t n) {
  return p == 7 && n % 9 == 0;
}

MiningStrategy strategy_of(decltype(MiningStrategy::choose_triplets) choose,
                           decltype(MiningStrategy::accepts) accepts = nullptr) {
  MiningStrategy strategy;
  strategy.choose_triplets = choose;
  strategy.accepts = accepts;
  return strategy;
}

Anchor anchor_of(std::int32_t positives, std::int32_t negatives) {
  Anchor anchor;
  for (std::int32_t p = 0; p < positives; ++p) {
    anchor.positives.push_back(p + 1);
    anchor.d_ap.push_back(1);
  }
  for (std::int32_t n = 0; n < negatives; ++n) {
    anchor.negatives.push_back(positives + n + 1);
    anchor.d_an.push_back(static_cast<float>(n));
  }
  return anchor;
}

using Places = std::pair<std::int32_t, std::int32_t>;

// How often each triplet, and each set of two, is among the two that are drawn.
void check_even(const MiningStrategy& strategy, const Anchor& anchor, std::size_t allowed) {
  std::map<Places, std::int64_t> single;
  std::map<std::pair<Places, Places>, std::int64_t> together;
  const std::size_t sets = allowed * (allowed - 1) / 2;
  const std::size_t draws = sets > 1000 ? 40000 : std::max<std::size_t>(4000, sets * 20);
  for (std::uint64_t seed = 0; seed < draws; ++seed) {
    Random random(seed);
    const Selection selection(strategy, anchor, {}, 2, random);
    const std::vector<Choice> drawn = draw_triplets(strategy, anchor, {}, selection, 2, random);
    REQUIRE(drawn.size() == 2);
    const Places first{drawn[0].positive, drawn[0].negative};
    const Places second{drawn[1].positive, drawn[1].negative};
    REQUIRE(first < second);
    ++single[first];
    ++single[second];
    ++together[{first, second}];
  }
  CHECK(single.size() == allowed);
  if (allowed > 2) CHECK(chi_squared(counts_of(single)) < chi_bound(allowed));
  if (sets == 1 || sets > 1000) return;
  CHECK(together.size() == sets);
  CHECK(chi_squared(counts_of(together)) < chi_bound(sets));
}

}  // namespace

TEST_CASE("selection: triplets are numbered in order, without a list") {
  const MiningStrategy strategy = strategy_of(runs_of_six);
  const Anchor anchor = anchor_of(4, 6);
  Random random(1);
  const Selection selection(strategy, anchor, {}, 0, random);
  REQUIRE(selection.size() == 6);
  const std::vector<Places> expected{{0, 0}, {0, 1}, {2, 1}, {2, 2}, {2, 3}, {3, 5}};
  for (std::int64_t i = 0; i < 6; ++i) {
    const Choice choice = selection[i];
    CHECK(Places(choice.positive, choice.negative) == expected[static_cast<std::size_t>(i)]);
  }
  CHECK(draw_triplets(strategy, anchor, {}, selection, 0, random).size() == 6);
  CHECK(draw_triplets(strategy, anchor, {}, selection, 100, random).size() == 6);
  const PairPlaces pairs = pairs_of(selection.runs());
  CHECK(pairs.positives == std::vector<std::int32_t>{0, 2, 3});
  CHECK(pairs.negatives == std::vector<std::int32_t>{0, 1, 2, 3, 5});
}

TEST_CASE("the pairs of runs: each negative once, however the runs lie") {
  const PairPlaces pairs = pairs_of(std::vector<Run>{{4, 6, 7}, {0, 0, 5}, {1, 1, 2}, {2, 3, 6}, {3, 9, 9}});
  CHECK(pairs.positives == std::vector<std::int32_t>{0, 1, 2, 3, 4});
  CHECK(pairs.negatives == std::vector<std::int32_t>{0, 1, 2, 3, 4, 5, 6});
}

TEST_CASE("selection: an anchor without positives or negatives has none") {
  const MiningStrategy strategy = strategy_of(runs_of_six);
  Random random(1);
  for (const Anchor& anchor : {anchor_of(0, 5), anchor_of(5, 0), Anchor{}})
    CHECK(Selection(strategy, anchor, {}, 0, random).size() == 0);
}

TEST_CASE("drawing triplets of an anchor: every set equally often") {
  check_even(strategy_of(runs_of_six), anchor_of(4, 6), 6);
}

TEST_CASE("drawing triplets with a condition: every allowed set equally often, whether attempts do or not") {
  check_even(strategy_of(many_runs, third), anchor_of(40, 50), 667);
  check_even(strategy_of(many_runs, rare), anchor_of(40, 50), 6);
  // With 24 triplets there are no attempts.
  check_even(strategy_of(runs_of_six, third), anchor_of(4, 6), 2);
}

TEST_CASE("drawing triplets with a condition: all of them without a limit, or when there are fewer") {
  const MiningStrategy strategy = strategy_of(many_runs, rare);
  const Anchor anchor = anchor_of(40, 50);
  Random random(3);
  const Selection selection(strategy, anchor, {}, 0, random);
  CHECK(selection.size() == 2000);
  for (const std::int64_t limit : {0, 6, 7, 30})
    CHECK(draw_triplets(strategy, anchor, {}, selection, limit, random).size() == 6);
}

TEST_CASE("drawing pairs: so many of either sort, evenly") {
  const PairChoice choice{{1, 3, 4, 8}, 5};
  std::map<std::int32_t, std::int64_t> positives;
  std::map<std::int32_t, std::int64_t> negatives;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    Random random(seed);
    const PairPlaces drawn = draw_pairs(choice, 2, random);
    REQUIRE(drawn.positives.size() == 2);
    REQUIRE(drawn.negatives.size() == 2);
    for (const std::int32_t p : drawn.positives) ++positives[p];
    for (const std::int32_t n : drawn.negatives) ++negatives[n];
  }
  CHECK(positives.size() == 4);
  CHECK(negatives.size() == 5);
  for (const auto& [place, count] : positives) CHECK(std::abs(count - 1000) < 6 * 22.4);
  for (const auto& [place, count] : negatives) CHECK(std::abs(count - 800) < 6 * 21.9);
  Random random(1);
  CHECK(draw_pairs(choice, 0, random).positives == choice.positives);
  CHECK(draw_pairs(choice, 0, random).negatives == std::vector<std::int32_t>{0, 1, 2, 3, 4});
}
