#include "nearfar/evaluation/intervals.h"

#include <doctest/doctest.h>

#include <atomic>
#include <cmath>
#include <numeric>

#include "evaluation/outcomes.h"
#include "nearfar/core/parallel.h"
#include "nearfar/evaluation/bca.h"
#include "nearfar/evaluation/resample.h"
#include "nearfar/evaluation/wilson.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

const double kNaN = std::nan("");

StatisticsOptions options(std::int64_t resamples = 500) {
  StatisticsOptions with;
  with.resamples = resamples;
  return with;
}

// The mean of the values that a resample takes, value by value.
double naive_mean(const std::vector<double>& values, const std::vector<std::uint32_t>& counts) {
  double sum = 0;
  double taken = 0;
  for (std::size_t u = 0; u < values.size(); ++u) {
    for (std::uint32_t k = 0; k < counts[u]; ++k) {
      if (std::isnan(values[u])) continue;
      sum += values[u];
      taken += 1;
    }
  }
  return sum / taken;
}

// Resampling whole clusters: cluster c of each unit.
Interval naive_interval(const std::vector<double>& values, const std::vector<std::int32_t>& cluster,
                        std::size_t clusters, const StatisticsOptions& with) {
  const auto taken = [&](const std::vector<std::uint32_t>& counts) {
    std::vector<std::uint32_t> of_units(values.size());
    for (std::size_t u = 0; u < values.size(); ++u)
      of_units[u] = counts[static_cast<std::size_t>(cluster[u])];
    return naive_mean(values, of_units);
  };
  std::vector<double> replicates;
  std::vector<std::uint32_t> counts(clusters);
  for (std::int64_t b = 0; b < with.resamples; ++b) {
    draw_counts(with.seed, b, counts);
    replicates.push_back(taken(counts));
  }
  std::vector<double> left_out;
  for (std::size_t c = 0; c < clusters; ++c) {
    std::vector<std::uint32_t> all(clusters, 1);
    all[c] = 0;
    left_out.push_back(taken(all));
  }
  const BcaBounds bounds(replicates, taken(std::vector<std::uint32_t>(clusters, 1)), left_out);
  return {bounds.at(0.025), bounds.at(0.975), "bca"};
}

std::vector<std::int32_t> own_cluster_each(std::size_t units) {
  std::vector<std::int32_t> clusters(units);
  std::iota(clusters.begin(), clusters.end(), 0);
  return clusters;
}

}  // namespace

TEST_CASE("estimates: the interval of a mean equals resampling value by value") {
  const std::vector<double> values = skewed_values(37, 1);
  Outcome outcome = outcome_with({mean_measure("m", values), mean_measure("n", skewed_values(37, 2))});
  outcome.unit_ids.clear();
  const Estimate found = estimates(outcome, options())[0];
  const Interval naive = naive_interval(values, own_cluster_each(37), 37, options());
  REQUIRE(found.interval);
  CHECK(found.interval->method == "bca");
  CHECK(found.interval->low == doctest::Approx(naive.low).epsilon(1e-12));
  CHECK(found.interval->high == doctest::Approx(naive.high).epsilon(1e-12));
  CHECK(found.units == 37);
  CHECK(found.value == outcome.measures[0].value);
}

TEST_CASE("estimates: clusters are drawn whole") {
  std::vector<double> values = skewed_values(60, 3);
  values[7] = kNaN;
  Outcome outcome = outcome_with({mean_measure("m", values)});
  outcome.unit_ids.clear();
  for (std::size_t u = 0; u < 60; ++u) outcome.clusters.push_back(static_cast<std::int32_t>(u * u % 11 % 7));
  // Numbered anew by first appearance.
  std::vector<std::int32_t> renumbered;
  std::vector<std::int32_t> seen;
  for (const std::int32_t cluster : outcome.clusters) {
    const auto at = std::find(seen.begin(), seen.end(), cluster);
    renumbered.push_back(static_cast<std::int32_t>(at - seen.begin()));
    if (at == seen.end()) seen.push_back(cluster);
  }
  const Estimate found = estimates(outcome, options())[0];
  const Interval naive = naive_interval(values, renumbered, seen.size(), options());
  REQUIRE(found.interval);
  CHECK(found.units == 59);
  CHECK(found.interval->low == doctest::Approx(naive.low).epsilon(1e-12));
  CHECK(found.interval->high == doctest::Approx(naive.high).epsilon(1e-12));
}

TEST_CASE("estimates: a plain proportion has Wilson's interval, with clusters the bootstrap's") {
  Outcome outcome = outcome_with({mean_measure("hit@1", {1, 0, 1, 1, kNaN, 1, 0, 1})});
  const auto wilson = wilson_interval(5, 7, 0.95);
  const Estimate found = estimates(outcome, options())[0];
  REQUIRE(found.interval);
  CHECK(found.interval->method == "wilson");
  CHECK(found.interval->low == wilson.first);
  CHECK(found.interval->high == wilson.second);
  outcome.clusters = {0, 0, 1, 1, 2, 2, 3, 3};
  CHECK(estimates(outcome, options())[0].interval->method == "bca");
}

TEST_CASE("estimates: a measure that is no mean is resampled by its counts") {
  const std::vector<double> values = skewed_values(50, 4);
  Outcome outcome = outcome_with({squared_mean("s", values), mean_measure("m", values)});
  outcome.units = 50;
  outcome.unit_ids.clear();
  const std::vector<Estimate> found = estimates(outcome, options(2000));
  REQUIRE(found[0].interval);
  // A monotone function of the mean keeps the quantiles; the acceleration differs a little.
  CHECK(found[0].interval->low == doctest::Approx(std::pow(found[1].interval->low, 2)).epsilon(0.01));
  CHECK(found[0].interval->high == doctest::Approx(std::pow(found[1].interval->high, 2)).epsilon(0.01));
}

TEST_CASE("estimates: some units only, as a slice has them") {
  const std::vector<double> values = skewed_values(40, 5);
  const Outcome outcome = outcome_with({mean_measure("m", values), squared_mean("s", values)});
  const std::vector<std::int32_t> members{1, 4, 9, 16, 25, 36};
  double sum = 0;
  for (const std::int32_t u : members) sum += values[static_cast<std::size_t>(u)];
  const std::vector<Estimate> found = estimates(outcome, members, options());
  CHECK(found[0].value == doctest::Approx(sum / 6));
  CHECK(found[1].value == doctest::Approx(sum * sum / 36));
  CHECK(found[0].units == 6);
  REQUIRE(found[0].interval);
  CHECK(found[0].interval->low < sum / 6);
  CHECK(found[0].interval->high > sum / 6);
}

TEST_CASE("estimates: neither threads nor the order of rows change a bit; the seed does") {
  const std::vector<double> values = skewed_values(300, 6);
  Outcome outcome = outcome_with({mean_measure("m", values)});
  set_threads(1);
  const Interval one = *estimates(outcome, options())[0].interval;
  set_threads(3);
  const Interval three = *estimates(outcome, options())[0].interval;
  set_threads(0);
  CHECK(one.low == three.low);
  CHECK(one.high == three.high);
  std::reverse(outcome.measures[0].per_unit.begin(), outcome.measures[0].per_unit.end());
  std::reverse(outcome.unit_ids.begin(), outcome.unit_ids.end());
  const Interval reversed = *estimates(outcome, options())[0].interval;
  CHECK(reversed.low == doctest::Approx(one.low).epsilon(1e-12));
  CHECK(reversed.high == doctest::Approx(one.high).epsilon(1e-12));
  StatisticsOptions other = options();
  other.seed = 1;
  CHECK(estimates(outcome, other)[0].interval->low != one.low);
}

TEST_CASE("estimates: no interval where none was asked for or nothing can be resampled") {
  StatisticsOptions none = options();
  none.intervals = false;
  CHECK(!estimates(outcome_with({mean_measure("m", {0.1, 0.2, 0.4})}), none)[0].interval);
  CHECK(!estimates(outcome_with({mean_measure("m", {0.5})}), options())[0].interval);
  CHECK(!estimates(outcome_with({mean_measure("m", {0.5, kNaN})}), options())[0].interval);
  const std::vector<std::int32_t> nobody;
  const Estimate empty = estimates(outcome_with({mean_measure("m", {0.5, 0.6})}), nobody, options())[0];
  CHECK(std::isnan(empty.value));
  CHECK(empty.units == 0);
  CHECK(!empty.interval);
}

TEST_CASE("estimates: the BCa interval covers the true mean about as often as it says") {
  // 1,500 samples of 60 values u^2 with mean 1/3, which are skewed: 95 % +- 3 standard errors, and the
  // bootstrap's known shortfall of about 1 % at this size.
  constexpr int kSamples = 1500;
  std::atomic<int> covered{0};
  std::atomic<int> below{0};
  parallel_blocks(kSamples, [&](std::int64_t sample) {
    const Outcome outcome =
        outcome_with({mean_measure("m", skewed_values(60, 1000 + static_cast<std::uint64_t>(sample)))});
    StatisticsOptions with = options(999);
    with.seed = static_cast<std::uint64_t>(sample);
    const Interval interval = *estimates(outcome, with)[0].interval;
    if (interval.low <= 1.0 / 3 && 1.0 / 3 <= interval.high) ++covered;
    if (1.0 / 3 < interval.low) ++below;
  });
  const double coverage = covered / static_cast<double>(kSamples);
  MESSAGE("coverage ", coverage, ", mean below the interval ", below / static_cast<double>(kSamples));
  CHECK(coverage > 0.95 - 0.01 - 3 * std::sqrt(0.95 * 0.05 / kSamples));
  CHECK(coverage < 0.95 + 3 * std::sqrt(0.95 * 0.05 / kSamples));
  // Both tails about 2.5 %: what a plain percentile interval of skewed values does not reach.
  CHECK(below / static_cast<double>(kSamples) > 0.01);
  CHECK(below / static_cast<double>(kSamples) < 0.045);
}
