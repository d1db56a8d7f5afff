#include "nearfar/evaluation/wilson.h"

#include <doctest/doctest.h>

#include <cmath>

#include "nearfar/evaluation/normal.h"

using namespace nearfar;

TEST_CASE("wilson_interval: published values") {
  // Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3.
  const auto check = [](std::int64_t hits, std::int64_t units, double low, double high) {
    const auto found = wilson_interval(hits, units, 0.95);
    CHECK(found.first == doctest::Approx(low).epsilon(0.0001 / std::max(low, 0.01)));
    CHECK(found.second == doctest::Approx(high).epsilon(0.0001));
  };
  check(81, 263, 0.2553, 0.3662);
  check(15, 148, 0.0624, 0.1605);
  check(0, 20, 0.0, 0.1611);
  check(1, 29, 0.0061, 0.1718);
}

TEST_CASE("wilson_interval: its ends are where the score test rejects") {
  for (const std::int64_t units : {1, 2, 10, 57, 540}) {
    for (std::int64_t hits = 0; hits <= units; ++hits) {
      const auto found = wilson_interval(hits, units, 0.9);
      const double p = static_cast<double>(hits) / static_cast<double>(units);
      const double z = normal_quantile(0.95);
      for (const double end : {found.first, found.second}) {
        if (end == 0 || end == 1) continue;
        CHECK(std::abs(p - end) / std::sqrt(end * (1 - end) / static_cast<double>(units)) ==
              doctest::Approx(z).epsilon(1e-9));
      }
      CHECK(found.first >= 0);
      CHECK(found.second <= 1);
      CHECK(found.first <= p);
      CHECK(found.second >= p);
    }
  }
}

TEST_CASE("wilson_interval: mean coverage over proportions is the one asked for") {
  // Exact, from the binomial probabilities. Agresti and Coull 1998 find about .952 to .954 on average for 95
  // %.
  for (const std::int64_t units : {20, 50, 100}) {
    double mean = 0;
    double least = 1;
    int proportions = 0;
    for (double p = 0.02; p < 0.985; p += 0.005, ++proportions) {
      double covered = 0;
      for (std::int64_t hits = 0; hits <= units; ++hits) {
        const auto found = wilson_interval(hits, units, 0.95);
        if (p < found.first || p > found.second) continue;
        const auto n = static_cast<double>(units);
        const auto h = static_cast<double>(hits);
        covered += std::exp(std::lgamma(n + 1) - std::lgamma(h + 1) - std::lgamma(n - h + 1) +
                            h * std::log(p) + (n - h) * std::log1p(-p));
      }
      mean += covered;
      least = std::min(least, covered);
    }
    mean /= proportions;
    CHECK(mean > 0.945);
    CHECK(mean < 0.96);
    CHECK(least > 0.83);
  }
}
