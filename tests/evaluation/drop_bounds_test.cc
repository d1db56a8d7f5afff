#include "nearfar/evaluation/drop_bounds.h"

#include <doctest/doctest.h>

#include <atomic>
#include <cmath>
#include <string>

#include "evaluation/sakai.h"
#include "nearfar/core/parallel.h"
#include "nearfar/core/random.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

DrawSums singles(std::vector<double> differences) {
  DrawSums sums;
  sums.sizes.assign(differences.size(), 1);
  sums.sums = std::move(differences);
  return sums;
}

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

struct Population {
  std::string name;
  std::vector<double> differences;
};

// Differences of the kinds that measures give: hit@1 (few values, most of them 0), map@r (many values,
// skewed, half of them 0), and well-behaved ones.
std::vector<Population> populations() {
  Population hits{"hit@1", std::vector<double>(200, 0.0)};
  for (std::size_t i = 0; i < 18; ++i) hits.differences[i] = 1;
  for (std::size_t i = 100; i < 110; ++i) hits.differences[i] = -1;
  Random random(5);
  Population skewed{"map@r", {}};
  for (int i = 0; i < 200; ++i) {
    const double size = std::pow(random.uniform(), 3);
    skewed.differences.push_back(random.uniform() < 0.5 ? 0 : (random.uniform() - 0.4) * size);
  }
  Population normal{"normal", {}};
  for (int i = 0; i < 100; ++i) normal.differences.push_back(0.05 * random.normal());
  return {hits, skewed, normal};
}

std::vector<double> redraw(const std::vector<double>& from, double shift, std::uint64_t sample) {
  Random random(77, RandomPurpose::general, sample);
  std::vector<double> drawn(from.size());
  for (double& d : drawn) d = from[random.below(from.size())] + shift;
  return drawn;
}

constexpr double kConfidence = 0.95;
constexpr std::int64_t kResamples = 1000;

}  // namespace

TEST_CASE(
    "drop_bounds: gates are calibrated: 10,000 redraws at drop = margin pass in 5 % and fail in 5 % at "
    "most") {
  constexpr std::int64_t kRedraws = 10000;
  const double most = 0.05 + 2 * std::sqrt(0.05 * 0.95 / kRedraws);
  for (const Population& population : populations()) {
    const std::string name = population.name;
    CAPTURE(name);
    const double mean = mean_of(population.differences);
    const DropBounds stated = drop_bounds(singles(population.differences), kConfidence, 10000, 0);
    std::atomic<int> passed{0};
    std::atomic<int> failed{0};
    std::atomic<int> passed_unchanged{0};
    parallel_blocks(kRedraws, [&](std::int64_t r) {
      const auto sample = static_cast<std::uint64_t>(r);
      // The true drop is 0, which is the margin; then the margin is the difference said to be detectable.
      const DropBounds bounds = drop_bounds(singles(redraw(population.differences, -mean, sample)),
                                            kConfidence, kResamples, sample);
      if (bounds.high <= 0) ++passed;
      if (bounds.low > 0) ++failed;
      if (bounds.high <= stated.detectable) ++passed_unchanged;
    });
    const double pass = passed / static_cast<double>(kRedraws);
    const double fail = failed / static_cast<double>(kRedraws);
    const double power = passed_unchanged / static_cast<double>(kRedraws);
    MESSAGE(name, ": pass ", pass, ", fail ", fail, ", pass when unchanged ", power);
    CHECK(pass <= most);
    CHECK(fail <= most);
    CHECK(pass > 0.02);  // nor does it refuse to decide
    CHECK(fail > 0.02);
    CHECK(power >= 0.75);
    CHECK(power <= 0.9);  // what is stated is not merely large
  }
}

TEST_CASE("drop_bounds: Sakai's twenty topics") {
  const std::vector<double> d = sakai_differences();
  const DropBounds bounds = drop_bounds(singles(d), kConfidence, 10000, 0);
  const double mean = mean_of(d);
  CHECK(mean == doctest::Approx(kSakaiMean));
  CHECK(mean / bounds.standard_error == doctest::Approx(kSakaiT).epsilon(0.0001));
  CHECK(mean / (bounds.standard_error * std::sqrt(20.0)) == doctest::Approx(kSakaiEffect).epsilon(0.0002));
  CHECK(student_quantile(0.975, 19) * bounds.standard_error == doctest::Approx(kSakaiMargin).epsilon(0.001));
  // The one-sided t bounds are mean -+ 1.729 standard errors; ours are about there, and not tighter by much.
  CHECK(bounds.low == doctest::Approx(mean - 1.729 * bounds.standard_error).epsilon(0.4));
  CHECK(bounds.high == doctest::Approx(mean + 1.729 * bounds.standard_error).epsilon(0.15));
}

TEST_CASE("drop_bounds: the standard error of clusters is that of a ratio") {
  Random random(4);
  DrawSums sums;
  sums.all_one = false;
  for (int k = 0; k < 30; ++k) {
    const double size = 1 + static_cast<double>(random.below(5));
    sums.sizes.push_back(size);
    sums.sums.push_back(size * 0.1 + random.normal());
  }
  double total = 0;
  double units = 0;
  for (std::size_t k = 0; k < 30; ++k) {
    total += sums.sums[k];
    units += sums.sizes[k];
  }
  const double mean = total / units;
  double squares = 0;
  for (std::size_t k = 0; k < 30; ++k) squares += std::pow(sums.sums[k] - mean * sums.sizes[k], 2);
  const DropBounds bounds = drop_bounds(sums, kConfidence, 2000, 0);
  CHECK(bounds.standard_error == doctest::Approx(std::sqrt(squares * 30 / 29) / units).epsilon(1e-12));
  CHECK(bounds.low < mean);
  CHECK(bounds.high > mean);
  // Clusters of one unit each are units.
  DrawSums ones = singles(sums.sums);
  const DropBounds plain = drop_bounds(ones, kConfidence, 2000, 0);
  ones.all_one = false;
  const DropBounds general = drop_bounds(ones, kConfidence, 2000, 0);
  CHECK(general.standard_error == doctest::Approx(plain.standard_error).epsilon(1e-12));
}

TEST_CASE("drop_bounds: without spread, and with too little to say anything") {
  const DropBounds same = drop_bounds(singles({0, 0, 0}), kConfidence, 100, 0);
  CHECK(same.low == 0);
  CHECK(same.high == 0);
  const DropBounds one = drop_bounds(singles({0.3}), kConfidence, 100, 0);
  CHECK(std::isinf(one.low));
  CHECK(std::isinf(one.high));
  const DropBounds two = drop_bounds(singles({0, 1}), kConfidence, 100, 0);
  CHECK(two.low <= 0.0);
  CHECK(two.high >= 1.0);
  // One resample in nine has no spread: more than the twentieth that the upper bound leaves out.
  const DropBounds three = drop_bounds(singles({0.3, 0, -0.07}), kConfidence, 10000, 0);
  CHECK(std::isinf(three.high));
  CHECK(std::isinf(three.detectable));
}

TEST_CASE("student_quantile: published values") {
  CHECK(student_quantile(0.95, 4) == doctest::Approx(2.132).epsilon(0.01));
  CHECK(student_quantile(0.95, 19) == doctest::Approx(1.729).epsilon(0.0005));
  CHECK(student_quantile(0.975, 30) == doctest::Approx(2.042).epsilon(0.0005));
  CHECK(student_quantile(0.95, 1e6) == doctest::Approx(1.644854).epsilon(1e-5));
}
