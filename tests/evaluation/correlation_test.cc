#include "nearfar/evaluation/correlation.h"

#include <doctest/doctest.h>

#include <numeric>

#include "evaluation/naive_pairs.h"
#include "random_rows.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

std::vector<double> in_double(const std::vector<float>& x, std::span<const std::uint32_t> counts) {
  std::vector<double> all;
  for (std::size_t u = 0; u < x.size(); ++u)
    all.insert(all.end(), counts.empty() ? 1 : counts[u], static_cast<double>(x[u]));
  return all;
}

void check_all(const std::vector<float>& x, const std::vector<float>& y,
               std::span<const std::uint32_t> counts) {
  const Correlation fast(x, y);
  const std::vector<double> a = in_double(x, counts);
  const std::vector<double> b = in_double(y, counts);
  const double tau = naive_kendall(a, b);
  if (std::isnan(tau)) {  // one of them is constant
    CHECK(std::isnan(fast.pearson(counts)));
    CHECK(std::isnan(fast.spearman(counts)));
    CHECK(std::isnan(fast.kendall(counts)));
    return;
  }
  CHECK(near(fast.pearson(counts), naive_pearson(a, b), 1e-11, 1e-11));
  CHECK(near(fast.spearman(counts), naive_pearson(naive_ranks(a), naive_ranks(b)), 1e-11, 1e-11));
  CHECK(near(fast.kendall(counts), tau, 1e-12, 1e-12));
}

std::vector<float> random_levels(std::size_t n, std::uint64_t levels, std::uint64_t seed) {
  Random random(seed);
  std::vector<float> x;
  for (std::size_t i = 0; i < n; ++i) x.push_back(static_cast<float>(random.below(levels)) / 8 - 1);
  return x;
}

}  // namespace

TEST_CASE("correlation: two rankings of ten") {
  const std::vector<float> x{7, 4, 3, 10, 6, 2, 9, 8, 1, 5};
  const std::vector<float> y{5, 7, 3, 10, 1, 9, 6, 2, 8, 4};
  const std::vector<double> a(x.begin(), x.end());
  const std::vector<double> b(y.begin(), y.end());
  CHECK(Correlation(x, y).kendall() == doctest::Approx(naive_kendall(a, b)));
  // Without ties Spearman's is 1 - 6 sum d^2 / (n^3 - n).
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  CHECK(Correlation(x, y).spearman() == doctest::Approx(1 - 6 * sum / 990));
  CHECK(Correlation(x, y).pearson() == doctest::Approx(1 - 6 * sum / 990));
}

TEST_CASE("correlation: equals its definition, with ties and under resampling") {
  for (const std::size_t n : {2U, 3U, 4U, 17U, 80U, 600U}) {
    for (const std::uint64_t levels_x : {1U, 2U, 6U, 100000U}) {
      for (const std::uint64_t levels_y : {1U, 3U, 100000U}) {
        CAPTURE(n);
        CAPTURE(levels_x);
        CAPTURE(levels_y);
        const std::vector<float> x = random_levels(n, levels_x, n);
        std::vector<float> y = random_levels(n, levels_y, n + 1);
        check_all(x, y, {});
        check_all(x, y, random_counts(n, levels_x));
        for (std::size_t i = 0; i < n; ++i) y[i] -= x[i];  // related
        check_all(x, y, {});
      }
    }
  }
}

TEST_CASE("correlation: of a thing with itself 1, with its opposite -1") {
  const std::vector<float> x = random_levels(1000, 50, 3);
  std::vector<float> opposite;
  for (const float value : x) opposite.push_back(-value);
  for (const double sign : {1.0, -1.0}) {
    const Correlation c(x, sign > 0 ? x : opposite);
    CHECK(c.pearson() == sign);
    CHECK(c.spearman() == sign);
    CHECK(c.kendall() == sign);
  }
}

TEST_CASE("correlation: a constant has none, however large") {
  const std::vector<float> x{1, 2, 3, 4};
  for (const float constant : {0.0F, 0.1F, 16777216.0F, 3e38F}) {
    const std::vector<float> y(4, constant);
    const Correlation c(x, y);
    CHECK(std::isnan(c.pearson()));
    CHECK(std::isnan(c.spearman()));
    CHECK(std::isnan(c.kendall()));
    const Correlation swapped(y, x);
    CHECK(std::isnan(swapped.pearson()));
    CHECK(std::isnan(swapped.kendall()));
  }
}

TEST_CASE("correlation: a small spread about a large number is seen") {
  const std::vector<float> x{1000001, 1000002, 1000003, 1000005};
  const std::vector<float> y{1, 2, 3, 5};
  CHECK(Correlation(x, y).pearson() == doctest::Approx(1).epsilon(1e-14));
}

TEST_CASE("correlation: the largest floats do not overflow") {
  const std::vector<float> x{-3e38F, 0, 3e38F};
  const std::vector<float> y{3e38F, 1, -3e38F};
  CHECK(Correlation(x, y).pearson() == doctest::Approx(-1));
}

TEST_CASE("correlation: the order of the units changes nothing of the ranks") {
  const std::vector<float> x = random_levels(400, 30, 5);
  const std::vector<float> y = random_levels(400, 9, 6);
  std::vector<std::size_t> order(x.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  Random(8).shuffle(std::span(order));
  std::vector<float> a;
  std::vector<float> b;
  for (const std::size_t u : order) {
    a.push_back(x[u]);
    b.push_back(y[u]);
  }
  CHECK(Correlation(x, y).spearman() == Correlation(a, b).spearman());
  CHECK(Correlation(x, y).kendall() == Correlation(a, b).kendall());
  CHECK(near(Correlation(x, y).pearson(), Correlation(a, b).pearson(), 1e-13));
}
