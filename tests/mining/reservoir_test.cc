#include "nearfar/mining/reservoir.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

#include "mining/mined.h"

using namespace nearfar;
using namespace nearfar::testing;

TEST_CASE("reservoir: without a limit, or with one that is not reached, everything in order") {
  Random random(1);
  for (const std::int64_t max : {0, 10, 11}) {
    Reservoir<int> reservoir(max, random);
    for (int i = 0; i < 4; ++i) reservoir.add(i);
    reservoir.add_run(6, [](std::int64_t i) { return static_cast<int>(4 + i); });
    CHECK(reservoir.seen() == 10);
    CHECK(reservoir.take() == std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
  }
}

TEST_CASE("reservoir: every set of the size is kept equally often, whatever the runs") {
  // 7 over 3 is 35 sets.
  constexpr int kRuns = 35 * 400;
  for (const std::vector<std::int64_t>& runs :
       {std::vector<std::int64_t>{1, 1, 1, 1, 1, 1, 1}, {7}, {2, 0, 5}, {3, 1, 3}, {4, 3}}) {
    std::map<std::vector<int>, std::int64_t> sets;
    for (int run = 0; run < kRuns; ++run) {
      Random random(static_cast<std::uint64_t>(run));
      Reservoir<int> reservoir(3, random);
      int first = 0;
      for (const std::int64_t count : runs) {
        reservoir.add_run(count, [&](std::int64_t i) { return first + static_cast<int>(i); });
        first += static_cast<int>(count);
      }
      const std::vector<int> kept = reservoir.take();
      REQUIRE(kept.size() == 3);
      REQUIRE(std::is_sorted(kept.begin(), kept.end()));
      ++sets[kept];
    }
    const auto counts = counts_of(sets);
    CHECK(counts.size() == 35);
    CHECK(chi_squared(counts) < chi_bound(counts.size()));
  }
}

TEST_CASE("reservoir: a run of 10^15 items is passed without making those that are not kept") {
  constexpr std::int64_t kItems = 1'000'000'000'000'000;
  std::vector<std::int64_t> tenths(10);
  std::int64_t made = 0;
  constexpr int kRuns = 200;
  for (int run = 0; run < kRuns; ++run) {
    Random random(static_cast<std::uint64_t>(run));
    Reservoir<std::int64_t> reservoir(50, random);
    reservoir.add_run(kItems, [&](std::int64_t i) {
      ++made;
      return i;
    });
    for (const std::int64_t item : reservoir.take()) ++tenths[static_cast<std::size_t>(item / (kItems / 10))];
  }
  CHECK(made < kRuns * 3000);  // 50 (1 + log(10^15 / 50)) = 1,600 on average
  CHECK(chi_squared(tenths) < chi_bound(tenths.size()));
}
