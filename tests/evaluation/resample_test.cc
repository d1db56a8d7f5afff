#include "nearfar/evaluation/resample.h"

#include <doctest/doctest.h>

#include <cmath>
#include <numeric>
#include <vector>

#include "chi_squared.h"
#include "nearfar/core/parallel.h"
#include "nearfar/core/random.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

// One draw at a time, by the rule in words.
std::vector<std::uint32_t> naive_counts(std::uint64_t seed, std::int64_t resample, std::size_t units) {
  Random random(seed, RandomPurpose::resampling, static_cast<std::uint64_t>(resample));
  std::vector<std::uint32_t> counts(units);
  const std::uint64_t refused = (std::uint64_t{1} << 32U) % units;
  for (std::size_t drawn = 0; drawn < units;) {
    const std::uint64_t product = std::uint64_t{random.next32()} * units;
    if (product % (std::uint64_t{1} << 32U) < refused) continue;
    ++counts[product >> 32U];
    ++drawn;
  }
  return counts;
}

}  // namespace

TEST_CASE("draw_counts: as many draws as units, the same as one draw at a time") {
  for (const std::size_t units : {1U, 2U, 3U, 63U, 64U, 65U, 1000U, 1024U, 1025U, 5000U}) {
    for (const std::int64_t resample : {0, 1, 77}) {
      CAPTURE(units);
      std::vector<std::uint32_t> counts(units, 9);
      draw_counts(5, resample, counts);
      CHECK(std::accumulate(counts.begin(), counts.end(), 0U) == units);
      CHECK(counts == naive_counts(5, resample, units));
    }
  }
}

TEST_CASE("draw_counts: every unit equally often, whatever the number of units") {
  for (const std::size_t units : {3U, 7U, 100U}) {
    std::vector<std::int64_t> totals(units);
    std::vector<std::uint32_t> counts(units);
    const std::int64_t resamples = 200000 / static_cast<std::int64_t>(units);
    for (std::int64_t b = 0; b < resamples; ++b) {
      draw_counts(1, b, counts);
      for (std::size_t i = 0; i < units; ++i) totals[i] += counts[i];
    }
    CHECK(chi_squared(totals) < chi_bound(units));
  }
}

TEST_CASE("draw_counts: the counts of two units are multinomial") {
  // Of 4 draws among 4 units: P(c_0 = k) is binomial(4, 1/4).
  std::vector<double> seen(5);
  std::vector<std::uint32_t> counts(4);
  const int resamples = 100000;
  for (int b = 0; b < resamples; ++b) {
    draw_counts(3, b, counts);
    ++seen[counts[0]];
  }
  const double expected[] = {81 / 256.0, 108 / 256.0, 54 / 256.0, 12 / 256.0, 1 / 256.0};
  for (std::size_t k = 0; k < 5; ++k) {
    const double p = expected[k];
    CHECK(std::abs(seen[k] / resamples - p) < 4 * std::sqrt(p * (1 - p) / resamples));
  }
}

TEST_CASE("for_each_resample: every resample once, the same for any number of threads") {
  std::vector<std::vector<std::uint32_t>> first;
  for (const int threads_now : {1, 2, 3}) {
    set_threads(threads_now);
    std::vector<std::vector<std::uint32_t>> all(100);
    for_each_resample(100, 37, 8, [&](std::int64_t b, std::span<const std::uint32_t> counts) {
      CHECK(all[static_cast<std::size_t>(b)].empty());
      all[static_cast<std::size_t>(b)].assign(counts.begin(), counts.end());
    });
    if (first.empty()) first = all;
    CHECK(all == first);
  }
  set_threads(0);
}

TEST_CASE("weighted_sum: equals the plain loop for every length") {
  Random random(4);
  for (std::size_t size = 0; size < 40; ++size) {
    std::vector<std::uint32_t> counts(size);
    std::vector<double> values(size);
    double naive = 0;
    for (std::size_t i = 0; i < size; ++i) {
      counts[i] = static_cast<std::uint32_t>(random.below(5));
      values[i] = random.normal();
      naive += counts[i] * values[i];
    }
    CHECK(weighted_sum(counts, values) == doctest::Approx(naive).epsilon(1e-12));
  }
}
