#include "nearfar/training/optimizer.h"

#include <doctest/doctest.h>

#include <cmath>

#include "random_rows.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

// Algorithm 1 of the paper, line by line, in double.
struct NaiveAdam {
  AdamOptions o;
  std::vector<double> m;
  std::vector<double> v;
  int t = 0;

  void step(std::vector<double>& theta, const std::vector<double>& g) {
    ++t;
    for (std::size_t i = 0; i < theta.size(); ++i) {
      m[i] = o.beta1 * m[i] + (1 - o.beta1) * g[i];
      v[i] = o.beta2 * v[i] + (1 - o.beta2) * g[i] * g[i];
      const double m_hat = m[i] / (1 - std::pow(o.beta1, t));
      const double v_hat = v[i] / (1 - std::pow(o.beta2, t));
      theta[i] -= o.learning_rate * m_hat / (std::sqrt(v_hat) + o.epsilon);
    }
  }
};

}  // namespace

TEST_CASE("Adam: follows the paper's algorithm") {
  const AdamOptions settings[] = {
      {}, {.learning_rate = 0.1, .beta1 = 0.5, .beta2 = 0.9, .epsilon = 1e-3}, {.beta1 = 0}};
  for (const AdamOptions& options : settings) {
    constexpr std::size_t kParameters = 20;
    Adam adam(kParameters, options);
    NaiveAdam naive{options, std::vector<double>(kParameters), std::vector<double>(kParameters)};
    std::vector<float> parameters(kParameters, 1);
    std::vector<double> expected(kParameters, 1);
    Random random(1);
    for (int t = 0; t < 300; ++t) {
      std::vector<float> gradient;
      for (std::size_t i = 0; i < kParameters; ++i) {
        // From 1e-6 to 1e6, around a drift; now and then exactly zero.
        const double size = std::pow(10.0, static_cast<double>(i % 13) - 6);
        gradient.push_back(random.below(10) == 0 ? 0 : static_cast<float>(size * (random.normal() + 0.3)));
      }
      naive.step(expected, {gradient.begin(), gradient.end()});
      adam.step(parameters, gradient);
    }
    for (std::size_t i = 0; i < kParameters; ++i) {
      const double moved = std::abs(expected[i] - 1);
      CHECK(near(parameters[i], expected[i], 0, 1e-3 * moved + 2e-5));
    }
  }
}

TEST_CASE("Adam: the first step is the learning rate against the sign of the gradient") {
  Adam adam(3, {.learning_rate = 0.25});
  std::vector<float> parameters = {0, 0, 7};
  adam.step(parameters, std::vector<float>{1e-4F, -3e5F, 0});
  CHECK(parameters[0] == doctest::Approx(-0.25).epsilon(1e-3));
  CHECK(parameters[1] == doctest::Approx(0.25).epsilon(1e-5));
  CHECK(parameters[2] == 7);
}

TEST_CASE("Adam: finds the lowest point of a bowl") {
  Adam adam(2, {.learning_rate = 0.05});
  std::vector<float> at = {5, -3};
  for (int t = 0; t < 2000; ++t) adam.step(at, std::vector<float>{2 * (at[0] - 1), 200 * (at[1] - 2)});
  CHECK(at[0] == doctest::Approx(1).epsilon(1e-3));
  CHECK(at[1] == doctest::Approx(2).epsilon(1e-3));
}
