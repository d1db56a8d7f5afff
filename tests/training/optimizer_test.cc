#include "nearfar/training/optimizer.h"

#include <doctest/doctest.h>

#include <cmath>

#include "nearfar/training/checkpoint.h"
#include "random_rows.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

// The papers' algorithms, line by line, in double.
struct NaiveOptimizer {
  OptimizerOptions o;
  std::vector<double> m;
  std::vector<double> v;
  int t = 0;

  void step(std::vector<double>& theta, std::vector<double> g, double rate, double scale,
            std::size_t decayed) {
    ++t;
    const double lr = o.learning_rate * rate;
    for (std::size_t i = 0; i < theta.size(); ++i) {
      const double decay = i < decayed ? o.weight_decay : 0;
      g[i] *= scale;
      if (o.kind != OptimizerKind::adamw) g[i] += decay * theta[i];
      if (o.kind == OptimizerKind::sgd) {
        m[i] = o.momentum * m[i] + g[i];
        theta[i] -= lr * m[i];
        continue;
      }
      m[i] = o.beta1 * m[i] + (1 - o.beta1) * g[i];
      v[i] = o.beta2 * v[i] + (1 - o.beta2) * g[i] * g[i];
      const double m_hat = m[i] / (1 - std::pow(o.beta1, t));
      const double v_hat = v[i] / (1 - std::pow(o.beta2, t));
      if (o.kind == OptimizerKind::adamw) theta[i] -= lr * decay * theta[i];
      theta[i] -= lr * m_hat / (std::sqrt(v_hat) + o.epsilon);
    }
  }
};

constexpr std::size_t kNumbers = 20;
constexpr std::size_t kDecayed = 12;
const std::vector<ParameterRange> kRanges{{0, kDecayed, true}, {kDecayed, kNumbers, false}};

std::vector<float> draw_gradient(Random& random) {
  std::vector<float> gradient;
  for (std::size_t i = 0; i < kNumbers; ++i) {
    // From 1e-6 to 1e6, around a drift; now and then exactly zero.
    const double size = std::pow(10.0, static_cast<double>(i % 13) - 6);
    gradient.push_back(random.below(10) == 0 ? 0 : static_cast<float>(size * (random.normal() + 0.3)));
  }
  return gradient;
}

}  // namespace

TEST_CASE("Optimizer: adam, adamw and sgd follow their papers, with rates, scales and weight decay") {
  const OptimizerOptions settings[] = {
      {},
      {.learning_rate = 0.1, .beta1 = 0.5, .beta2 = 0.9, .epsilon = 1e-3},
      {.beta1 = 0},
      {.learning_rate = 0.01, .weight_decay = 0.1},
      {.kind = OptimizerKind::adamw, .learning_rate = 0.01, .weight_decay = 0.1},
      {.kind = OptimizerKind::sgd, .learning_rate = 1e-8, .momentum = 0.9, .weight_decay = 0.1},
      {.kind = OptimizerKind::sgd, .learning_rate = 1e-8, .momentum = 0}};
  for (const OptimizerOptions& options : settings) {
    Optimizer optimizer(kNumbers, options, kRanges);
    NaiveOptimizer naive{options, std::vector<double>(kNumbers), std::vector<double>(kNumbers)};
    std::vector<float> parameters(kNumbers, 1);
    std::vector<double> expected(kNumbers, 1);
    Random random(1);
    for (int t = 0; t < 300; ++t) {
      const std::vector<float> gradient = draw_gradient(random);
      const double rate = t < 100 ? 1 : 0.3;
      const double scale = t % 2 == 0 ? 1 : 0.5;
      naive.step(expected, {gradient.begin(), gradient.end()}, rate, scale, kDecayed);
      optimizer.step(parameters, gradient, rate, scale);
    }
    for (std::size_t i = 0; i < kNumbers; ++i) {
      const double moved = std::abs(expected[i] - 1);
      CHECK(near(parameters[i], expected[i], 0, 1e-3 * moved + 2e-5));
    }
  }
}

TEST_CASE(
    "Optimizer: numbers in no range stay; the first step of adam is the learning rate against the sign") {
  const std::vector<ParameterRange> ranges{{0, 3, true}};
  Optimizer adam(5, {.learning_rate = 0.25}, ranges);
  std::vector<float> parameters = {0, 0, 7, 1, 2};
  adam.step(parameters, std::vector<float>{1e-4F, -3e5F, 0, 9, 9}, 1, 1);
  CHECK(parameters[0] == doctest::Approx(-0.25).epsilon(1e-3));
  CHECK(parameters[1] == doctest::Approx(0.25).epsilon(1e-5));
  CHECK(parameters[2] == 7);
  CHECK(parameters[3] == 1);
  CHECK(parameters[4] == 2);
}

TEST_CASE("Optimizer: finds the lowest point of a bowl") {
  const std::vector<ParameterRange> ranges{{0, 2, true}};
  for (const OptimizerKind kind : {OptimizerKind::adam, OptimizerKind::adamw, OptimizerKind::sgd}) {
    Optimizer optimizer(2, {.kind = kind, .learning_rate = kind == OptimizerKind::sgd ? 0.001 : 0.05},
                        ranges);
    std::vector<float> at = {5, -3};
    for (int t = 0; t < 5000; ++t)
      optimizer.step(at, std::vector<float>{2 * (at[0] - 1), 200 * (at[1] - 2)}, 1, 1);
    CHECK(at[0] == doctest::Approx(1).epsilon(1e-3));
    CHECK(at[1] == doctest::Approx(2).epsilon(1e-3));
  }
}

TEST_CASE("Optimizer: goes on from its saved state with the same bits; any number of threads") {
  constexpr std::int64_t kMany = 100'000;  // several blocks
  const std::vector<ParameterRange> ranges{{0, 70'001, true}, {70'016, kMany, false}};
  const Matrix gradients = random_rows(6, kMany, 3);
  for (const OptimizerKind kind : {OptimizerKind::adam, OptimizerKind::adamw, OptimizerKind::sgd}) {
    const OptimizerOptions options{.kind = kind, .weight_decay = 0.01};
    std::vector<std::vector<float>> ends;
    for (const int count : {1, 2, 3}) {
      const Threads threads(count);
      Optimizer optimizer(kMany, options, ranges);
      std::vector<float> parameters(kMany, 1);
      for (std::int64_t t = 0; t < 6; ++t) {
        if (t == count) {  // stop and go on
          Checkpoint checkpoint;
          optimizer.save(checkpoint, "o.");
          optimizer = Optimizer(kMany, options, ranges);
          optimizer.restore(parse_checkpoint(checkpoint_bytes(checkpoint), "c"), "o.");
        }
        optimizer.step(parameters, {gradients.row(t), kMany}, 1, 1);
      }
      ends.push_back(parameters);
    }
    CHECK(same_bits(ends[0], ends[1]));
    CHECK(same_bits(ends[0], ends[2]));
  }
  Checkpoint other;
  Optimizer(kNumbers, {}, kRanges).save(other, "o.");
  CHECK(kind_of([&] { Optimizer(kNumbers + 1, {}, kRanges).restore(other, "o."); }) == kData);
}

TEST_CASE("gradient_norm: the length over the ranges alone") {
  const std::vector<float> gradient{3, 4, 100, 12};
  CHECK(gradient_norm(gradient, std::vector<ParameterRange>{{0, 2, true}, {3, 4, false}}) == 13);
}
