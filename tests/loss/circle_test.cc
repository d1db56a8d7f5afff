#include <doctest/doctest.h>

#include <cmath>

#include "loss/naive_loss.h"

using namespace nearfar;
using namespace nearfar::testing;

TEST_CASE("circle: the gradient is that of central differences with the weights of pairs held constant") {
  const BatchTruth truth = random_truth(9, 3);
  const LossInfo& loss = loss_info("circle");
  const LossOptions options = default_options(loss, DistanceKind::cosine);
  const DoubleRows at = in_double(random_rows(9, 4, 4));
  const NaiveAnchors anchors(9, {truth.labels});
  const auto cosine = [](const DoubleRows& x, std::size_t i, std::size_t j) {
    return 1 - naive_distance(DistanceKind::cosine, x[i], x[j]);
  };
  const auto value = [&](const DoubleRows& x) {
    double total = 0;
    double terms = 0;
    for (std::size_t a = 0; a < 9; ++a) {
      if (anchors.positives[a].empty() || anchors.negatives[a].empty()) continue;
      double p = 0;
      double n = 0;
      const double m = options.margin;
      for (const auto j : anchors.positives[a])
        p += std::exp(-options.gamma * std::max(0.0, 1 + m - cosine(at, a, j)) * (cosine(x, a, j) - 1 + m));
      for (const auto j : anchors.negatives[a])
        n += std::exp(options.gamma * std::max(0.0, cosine(at, a, j) + m) * (cosine(x, a, j) - m));
      total += std::log(1 + p * n);
      ++terms;
    }
    return total / terms;
  };
  const DoubleGradient got = evaluate_in_double(loss, options, DistanceKind::cosine, at, {truth.labels});
  CHECK(near(got.loss.value, value(at), 1e-11));
  DoubleRows x = at;
  for (std::size_t i = 0; i < x.size(); ++i) {
    for (std::size_t k = 0; k < x[i].size(); ++k) {
      x[i][k] = at[i][k] + 1e-6;
      const double above = value(x);
      x[i][k] = at[i][k] - 1e-6;
      const double below = value(x);
      x[i][k] = at[i][k];
      CHECK(std::abs((above - below) / 2e-6 - got.gradient[i][k]) < 1e-6 * largest(got.gradient));
    }
  }
}
