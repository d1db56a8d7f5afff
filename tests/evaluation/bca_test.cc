#include "nearfar/evaluation/bca.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "nearfar/core/random.h"
#include "nearfar/evaluation/normal.h"

using namespace nearfar;

namespace {

// Efron and Tibshirani, equations 14.10, 14.14 and 14.15, without care for speed.
double naive_bound(std::vector<double> replicates, double value, const std::vector<double>& left_out,
                   double level) {
  double below = 0;
  for (const double r : replicates) below += r < value ? 1 : r == value ? 0.5 : 0;
  const double z0 = normal_quantile(below / static_cast<double>(replicates.size()));
  double mean = 0;
  for (const double l : left_out) mean += l / static_cast<double>(left_out.size());
  double above = 0;
  double under = 0;
  for (const double l : left_out) {
    above += std::pow(mean - l, 3);
    under += std::pow(mean - l, 2);
  }
  const double a = above / (6 * std::pow(under, 1.5));
  const double z = normal_quantile(level);
  const double share = normal_cdf(z0 + (z0 + z) / (1 - a * (z0 + z)));
  std::sort(replicates.begin(), replicates.end());
  const double place = share * static_cast<double>(replicates.size() - 1);
  const double floor = std::floor(place);
  const auto at = static_cast<std::size_t>(floor);
  if (at + 1 == replicates.size()) return replicates[at];
  return replicates[at] * (1 - (place - floor)) + replicates[at + 1] * (place - floor);
}

}  // namespace

TEST_CASE("BcaBounds: equals the formulas of the book") {
  Random random(11);
  for (int round = 0; round < 20; ++round) {
    std::vector<double> replicates(199);
    for (double& r : replicates) r = std::exp(random.normal());
    std::vector<double> left_out(30);
    for (double& l : left_out) l = std::exp(random.normal());
    const double value = 0.5 + random.uniform();
    const BcaBounds bounds(replicates, value, left_out);
    for (const double level : {0.025, 0.05, 0.5, 0.95, 0.975})
      CHECK(bounds.at(level) ==
            doctest::Approx(naive_bound(replicates, value, left_out, level)).epsilon(1e-12));
  }
}

TEST_CASE("BcaBounds: without bias and acceleration it is the percentile interval") {
  std::vector<double> replicates;
  for (int i = 0; i <= 1000; ++i) replicates.push_back(i);
  const std::vector<double> symmetric{1, 2, 3};
  const BcaBounds bounds(replicates, 500, symmetric);
  CHECK(bounds.bias() == doctest::Approx(0));
  CHECK(bounds.acceleration() == doctest::Approx(0));
  CHECK(bounds.at(0.025) == doctest::Approx(25));
  CHECK(bounds.at(0.975) == doctest::Approx(975));
}

TEST_CASE("BcaBounds: degenerate replicates stay finite, inside the replicates and in order") {
  const std::vector<double> skewed{0, 0, 0, 0, 1000};
  for (const double value : {-5.0, 1.0, 3.0, 9.0}) {
    const BcaBounds bounds({3, 1, 2}, value, skewed);
    double last = 1;
    for (double level = 0.001; level < 1; level += 0.001) {
      const double bound = bounds.at(level);
      CHECK(bound >= last);
      CHECK(bound <= 3);
      last = bound;
    }
  }
  const BcaBounds constant({2, 2, 2}, 2, std::vector<double>{2, 2, 2});
  CHECK(constant.at(0.025) == 2);
  CHECK(constant.at(0.975) == 2);
}
