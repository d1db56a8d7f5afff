#include "nearfar/evaluation/weighted_inversions.h"

#include <doctest/doctest.h>

#include "nearfar/core/random.h"

using namespace nearfar;

namespace {

std::uint64_t naive(const std::vector<std::uint32_t>& ranks, const std::vector<std::uint32_t>& weights) {
  std::uint64_t sum = 0;
  for (std::size_t j = 0; j < ranks.size(); ++j) {
    for (std::size_t i = 0; i < j; ++i)
      sum += ranks[i] > ranks[j] ? std::uint64_t{weights[i]} * weights[j] : 0;
  }
  return sum;
}

// Ranks 0, ..., levels - 1 that all occur, in random order.
std::vector<std::uint32_t> random_ranks(std::size_t n, std::uint32_t levels, std::uint64_t seed) {
  Random random(seed);
  std::vector<std::uint32_t> ranks;
  for (std::size_t i = 0; i < n; ++i)
    ranks.push_back(static_cast<std::uint32_t>(i < levels ? i : random.below(levels)));
  random.shuffle(std::span(ranks));
  return ranks;
}

}  // namespace

TEST_CASE("weighted inversions: equal their definition, with ties, gaps and large weights") {
  WeightedInversions::Scratch scratch;  // one for all, as a thread has it
  for (const std::size_t n : {1U, 2U, 3U, 12U, 13U, 14U, 64U, 65U, 300U, 1500U}) {
    for (const std::uint32_t levels : {1U, 2U, 3U, 7U, 8U, 9U, 100U, 1500U}) {
      if (levels > n) continue;
      for (const std::uint64_t largest : {1U, 3U, 1000000U}) {
        CAPTURE(n);
        CAPTURE(levels);
        CAPTURE(largest);
        const std::vector<std::uint32_t> ranks = random_ranks(n, levels, n + levels);
        const WeightedInversions inversions(ranks);
        CHECK(inversions.rank_count() == levels);
        Random random(largest);
        for (int count = 0; count < 3; ++count) {
          std::vector<std::uint32_t> weights;
          for (std::size_t i = 0; i < n; ++i)
            weights.push_back(static_cast<std::uint32_t>(random.below(largest + 1)));
          CHECK(inversions.count([&](std::size_t i) { return weights[i]; }, scratch) ==
                naive(ranks, weights));
        }
      }
    }
  }
}

TEST_CASE("weighted inversions: of an ascending sequence none, of a descending one all") {
  constexpr std::uint32_t kItems = 5000;
  std::vector<std::uint32_t> ascending;
  for (std::uint32_t i = 0; i < kItems; ++i) ascending.push_back(i);
  const std::vector<std::uint32_t> descending(ascending.rbegin(), ascending.rend());
  WeightedInversions::Scratch scratch;
  const auto once = [](std::size_t) { return std::uint32_t{1}; };
  CHECK(WeightedInversions(ascending).count(once, scratch) == 0);
  CHECK(WeightedInversions(descending).count(once, scratch) == std::uint64_t{kItems} * (kItems - 1) / 2);
  CHECK(WeightedInversions({}).count(once, scratch) == 0);
}
