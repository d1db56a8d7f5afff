#include "nearfar/mining/draw.h"

#include <doctest/doctest.h>

#include <map>

#include "mining/mined.h"

using namespace nearfar;
using namespace nearfar::testing;

TEST_CASE("lazy permutation: every permutation equally often, and done at its end") {
  std::map<std::vector<std::uint64_t>, std::int64_t> seen;
  for (std::uint64_t seed = 0; seed < 24 * 400; ++seed) {
    Random random(seed);
    LazyPermutation order(4, random);
    std::vector<std::uint64_t> numbers;
    while (!order.done()) numbers.push_back(order.next());
    ++seen[numbers];
  }
  std::vector<std::int64_t> counts;
  for (const auto& [numbers, count] : seen) {
    std::vector<std::uint64_t> sorted_numbers = numbers;
    std::sort(sorted_numbers.begin(), sorted_numbers.end());
    CHECK(sorted_numbers == std::vector<std::uint64_t>{0, 1, 2, 3});
    counts.push_back(count);
  }
  CHECK(counts.size() == 24);
  CHECK(chi_squared(counts) < chi_bound(counts.size()));
}

TEST_CASE("lazy permutation: a few numbers of 10^18") {
  Random random(1);
  LazyPermutation order(1'000'000'000'000'000'000, random);
  std::uint64_t greatest = 0;
  for (int i = 0; i < 100; ++i) greatest = std::max(greatest, order.next());
  CHECK(greatest > 800'000'000'000'000'000);
  CHECK(greatest < 1'000'000'000'000'000'000);
}

TEST_CASE("draw_positives: all without a limit, else so many of those with a run, ascending") {
  Anchor anchor;
  for (std::int32_t p = 0; p < 20; ++p) anchor.positives.push_back(p);
  const auto even = [](std::int32_t p) { return Run{p, 0, p % 2 == 0 ? 1 : 0}; };
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    for (const std::int64_t limit : {0, 1, 4, 10, 15, 20, 30}) {
      Random random(seed);
      std::vector<Run> runs;
      draw_positives(anchor, limit, random, runs, even);
      CHECK(std::ssize(runs) == (limit == 0 ? 10 : std::min<std::int64_t>(limit, 10)));
      for (std::size_t i = 0; i < runs.size(); ++i) {
        CHECK(runs[i].positive % 2 == 0);
        if (i > 0) CHECK(runs[i - 1].positive < runs[i].positive);
      }
    }
  }
}
