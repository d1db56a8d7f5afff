#include "nearfar/mahalanobis/scml.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "mahalanobis/class_separation.h"
#include "mahalanobis/learner_cases.h"
#include "mahalanobis/six_points.h"
#include "nearfar/core/random.h"
#include "nearfar/mahalanobis/learners.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

using Values = std::vector<double>;

struct Problem {
  Matrix x;
  ComparedPairs compared;
  Dense basis;
  double beta = 0.02;
};

Problem random_problem(std::int64_t vectors, std::uint64_t seed) {
  Problem problem{random_rows(20, 3, seed), {}, Dense(vectors, 3)};
  Random random(seed);
  const auto below = [&](std::uint64_t n) { return static_cast<std::int32_t>(random.below(n)); };
  for (int t = 0; t < 40; ++t) {
    const std::int32_t a = below(20);
    problem.compared.pairs.emplace_back(a, below(20));
  }
  for (int t = 0; t < 60; ++t) {
    const std::int32_t near = below(40);
    problem.compared.comparisons.push_back({near, below(40)});
  }
  for (double& value : problem.basis.values) value = random.normal();
  return problem;
}

// What a unit of each weight adds to |z|^2 - |z'|^2, for every comparison.
std::vector<Values> effects(const Problem& problem) {
  const auto square = [&](std::int32_t place, std::int64_t k) {
    const auto [a, b] = problem.compared.pairs[static_cast<std::size_t>(place)];
    double along = 0;
    for (std::int64_t j = 0; j < problem.x.cols(); ++j)
      along +=
          problem.basis(k, j) * (static_cast<double>(problem.x(a, j)) - static_cast<double>(problem.x(b, j)));
    return along * along;
  };
  std::vector<Values> all;
  for (const ComparedPairs::Comparison& one : problem.compared.comparisons) {
    Values& effect = all.emplace_back();
    for (std::int64_t k = 0; k < problem.basis.rows; ++k)
      effect.push_back(square(one.near, k) - square(one.far, k));
  }
  return all;
}

double margin_missed(const Values& effect, const Values& w) {
  double excess = 1;
  for (std::size_t k = 0; k < w.size(); ++k) excess += w[k] * effect[k];
  return excess;
}

// By the definition, in the weights w.
double naive_value(const Problem& problem, const Values& w) {
  double sum = 0;
  for (const Values& effect : effects(problem)) {
    const double excess = margin_missed(effect, w);
    if (excess >= 0.1) {
      sum += excess - 0.05;
    } else if (excess > 0) {
      sum += excess * excess / 0.2;
    }
  }
  double value = sum / static_cast<double>(problem.compared.comparisons.size());
  for (const double weight : w) value += problem.beta * weight;
  return value;
}

// The weights by proximal gradient steps, short enough for the greatest curvature, and very many of them.
Values naive_minimum(const Problem& problem, int steps) {
  const std::vector<Values> all = effects(problem);
  const double each = 1 / static_cast<double>(all.size());
  double curvature = 0;  // at most that of the sum of squares
  for (const Values& effect : all) {
    for (const double value : effect) curvature += each * value * value / 0.1;
  }
  Values w(static_cast<std::size_t>(problem.basis.rows), 0.1);
  for (int step = 0; step < steps; ++step) {
    Values slope(w.size());
    for (const Values& effect : all) {
      const double share = std::clamp(margin_missed(effect, w) / 0.1, 0.0, 1.0);
      for (std::size_t k = 0; k < w.size(); ++k) slope[k] += each * share * effect[k];
    }
    for (std::size_t k = 0; k < w.size(); ++k)
      w[k] = std::max(0.0, w[k] - (slope[k] + problem.beta) / curvature);
  }
  return w;
}

Values squares_of(const Values& u) {
  Values w;
  for (const double root : u) w.push_back(root * root);
  return w;
}

Tuples triplets_by_first_feature(const Matrix& x, std::int64_t count, std::uint64_t seed) {
  Random random(seed);
  Tuples triplets;
  triplets.kind = TupleKind::triplets;
  while (triplets.size() < count) {
    std::int32_t items[3];
    for (std::int32_t& item : items)
      item = static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(x.rows())));
    const auto gap = [&](int other) { return std::abs(x(items[0], 0) - x(items[other], 0)); };
    if (items[0] == items[1] || items[0] == items[2] || gap(1) + 0.5F >= gap(2)) continue;
    triplets.items.insert(triplets.items.end(), items, items + 3);
  }
  return triplets;
}

}  // namespace

TEST_CASE("scml: the value is that of the definition, the gradient that of central differences") {
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    const Problem problem = random_problem(5, seed);
    ScmlObjective objective(problem.x, problem.compared, problem.basis, problem.beta);
    const Values u{0.3, 0.1, 0.7, -0.2, 0.4};
    Values gradient(5);
    Values unused(5);
    CHECK(near(objective.evaluate(u, gradient), naive_value(problem, squares_of(u)), 1e-9));
    for (std::size_t k = 0; k < 5; ++k) {
      const double h = 1e-6;
      Values above = u;
      Values below = u;
      above[k] += h;
      below[k] -= h;
      const double difference =
          (objective.evaluate(above, unused) - objective.evaluate(below, unused)) / (2 * h);
      CHECK(near(gradient[k], difference, 1e-5, 1e-6));
    }
  }
}

TEST_CASE("scml: the minimum is that of many short proximal steps, and the lower bound meets it") {
  int sparse = 0;
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    const Problem problem = random_problem(5, seed);
    const Values expected = naive_minimum(problem, 100000);
    const double least = naive_value(problem, expected);
    ScmlObjective objective(problem.x, problem.compared, problem.basis, problem.beta);
    const LearnedMap found = minimise(objective, {5, 1, Values(5, 0.4), true, {}}, {2000, 1e-6}, {}, {});
    CHECK(found.convergence == Convergence::converged);
    CHECK(near(found.history.back().objective, least, 1e-4));
    CHECK(found.history.back().gap <= 1e-5);
    for (const IterationRecord& record : found.history) {
      CHECK(record.objective - record.gap <= least * (1 + 1e-6));
      CHECK(record.objective >= least * (1 - 1e-6));
    }
    for (std::size_t k = 0; k < 5; ++k) {
      const auto root = static_cast<double>(found.l(static_cast<std::int64_t>(k), 0));
      CHECK(std::abs(root * root - expected[k]) < 0.02);
      sparse += expected[k] == 0 ? 1 : 0;
    }
  }
  CHECK(sparse > 5);
}

TEST_CASE("scml: from triplets it finds the feature that decides, with few of the vectors") {
  const Matrix x = random_rows(200, 4, 9);
  const LearnedMap learned = learn_from_tuples(kScmlLearner, x, triplets_by_first_feature(x, 600, 2));
  CHECK(learned.convergence == Convergence::converged);
  const Square m = gram(learned.l);
  for (std::size_t j = 1; j < 4; ++j) CHECK(m[0][0] > 20 * m[j][j]);
  const Tuples others = triplets_by_first_feature(x, 600, 3);
  int right = 0;
  for (std::int64_t t = 0; t < others.size(); ++t) {
    const auto items = others[t];
    const auto distance = [&](std::int32_t other) {
      Values z;
      for (std::int64_t j = 0; j < 4; ++j)
        z.push_back(static_cast<double>(x(items[0], j)) - static_cast<double>(x(other, j)));
      return form(z, m, z);
    };
    right += distance(items[1]) < distance(items[2]) ? 1 : 0;
  }
  CHECK(right > 570);
  CHECK(fact(learned, "vectors_kept") < fact(learned, "vectors") / 2);
}

TEST_CASE("scml: from labels it finds the directions in which the classes lie") {
  // Four classes about the corners of a square in the first two of eight features.
  Matrix x = random_rows(240, 8, 3);
  Codes codes;
  for (std::int32_t i = 0; i < 240; ++i) {
    codes.push_back(i % 4);
    x(i, 0) = 0.5F * x(i, 0) + static_cast<float>(3 * (i % 2));
    x(i, 1) = 0.5F * x(i, 1) + static_cast<float>(3 * (i % 4 / 2));
  }
  LearnerOptions options;
  options.regularization = 0.01;
  const LearnedMap learned = learn_from_labels(kScmlLearner, x, labels_of(codes), options);
  CHECK(learned.convergence == Convergence::converged);
  const Square m = gram(learned.l);
  for (std::size_t j = 2; j < 8; ++j) CHECK(std::min(m[0][0], m[1][1]) > 4 * m[j][j]);
}

TEST_CASE("scml: the unit of the features changes nothing, more regularization keeps fewer vectors") {
  LabelledRows data = labelled_rows(120, 4, 3, 8);
  double before = 1000;
  for (const double beta : {1e-4, 1e-2, 1e-1}) {
    LearnerOptions options;
    options.regularization = beta;
    const LearnedMap learned = learn_from_labels(kScmlLearner, data.x, data.labels, options);
    CHECK(naive_trace(gram(learned.l)) < before);
    before = naive_trace(gram(learned.l));
  }
  const Square m = gram(learn_from_labels(kScmlLearner, data.x, data.labels).l);
  for (std::int64_t i = 0; i < data.x.size(); ++i) data.x.data()[i] *= 1024;
  Square scaled = gram(learn_from_labels(kScmlLearner, data.x, data.labels).l);
  for (auto& row : scaled) {
    for (double& value : row) value *= 1024.0 * 1024.0;
  }
  CHECK(difference(m, scaled) < 1e-4);
}

TEST_CASE("scml: separates the classes of iris better than the features do") {
  const Dataset data = iris();
  Matrix identity(4, 4);
  for (std::int64_t j = 0; j < 4; ++j) identity(j, j) = 1;
  const LearnedMap learned = learn_from_labels(kScmlLearner, data.features, data.labels);
  CHECK(class_separation(learned.l, data) < 0.9 * class_separation(identity, data));
  CHECK(fact(learned, "comparisons") == 150 * 3 * 10);
}

TEST_CASE("scml: what it cannot learn from is refused, and what is left over does no harm") {
  const Matrix x = random_rows(12, 3, 1);
  const Codes two{0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1};
  CHECK(kind_of([&] { (void)learn_from_labels(kScmlLearner, x, labels_of(Codes(12, 0))); }) == kData);
  Codes alone(12);
  for (std::size_t i = 0; i < 12; ++i) alone[i] = static_cast<std::int32_t>(i);
  CHECK(kind_of([&] { (void)learn_from_labels(kScmlLearner, x, labels_of(alone)); }) == kData);
  CHECK(kind_of([&] { (void)learn_from_labels(kScmlLearner, Matrix(12, 3), labels_of(two)); }) == kData);
  Tuples triplets;
  triplets.kind = TupleKind::triplets;
  CHECK(kind_of([&] { (void)learn_from_tuples(kScmlLearner, x, triplets); }) == kData);
  triplets.items = {3, 4, 3};
  CHECK(kind_of([&] { (void)learn_from_tuples(kScmlLearner, x, triplets); }) == kData);
  LearnerOptions options;
  for (const double beta : {0.0, -1.0, std::nan("")}) {
    options.regularization = beta;
    CHECK(kind_of([&] { (void)learn_from_labels(kScmlLearner, x, labels_of(two), options); }) == kUsage);
  }
  options.regularization = 1000;  // no metric is worth that
  CHECK(kind_of([&] { (void)learn_from_labels(kScmlLearner, x, labels_of(two), options); }) == kData);
  // A class of one row, two equal rows, a constant feature, fewer rows than features.
  LabelledRows data = labelled_rows(9, 12, 2, 3);
  data.labels.codes.back() = 2;
  data.labels.names.emplace_back("2");
  for (std::int64_t j = 0; j < 12; ++j) data.x(2, j) = data.x(0, j);
  for (std::int64_t i = 0; i < 9; ++i) data.x(i, 5) = 4;
  const LearnedMap learned = learn_from_labels(kScmlLearner, data.x, data.labels);
  CHECK(learned.l.rows() >= 1);
  for (std::int64_t r = 0; r < learned.l.rows(); ++r)
    CHECK(std::abs(learned.l(r, 5)) < 1e-6F * std::abs(learned.l(0, 0)) + 1e-6F);
}
