#include "nearfar/mahalanobis/itml.h"

#include <doctest/doctest.h>

#include "mahalanobis/class_separation.h"
#include "mahalanobis/learner_cases.h"
#include "nearfar/core/product.h"
#include "nearfar/core/solve.h"
#include "nearfar/mahalanobis/learners.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

// The algorithm of the paper, written out: cyclic Bregman projections, each pair in turn, with the bounds as
// squared distances and gamma = 1.
Square naive_projections(const Matrix& x, const Tuples& pairs, double similar_bound, double dissimilar_bound,
                         int sweeps) {
  const std::size_t d = static_cast<std::size_t>(x.cols());
  Square m = square(x.cols());
  for (std::size_t i = 0; i < d; ++i) m[i][i] = 1;
  std::vector<double> lambda(static_cast<std::size_t>(pairs.size()));
  std::vector<double> xi;
  for (const float value : pairs.values) xi.push_back(value > 0 ? similar_bound : dissimilar_bound);
  for (int sweep = 0; sweep < sweeps; ++sweep) {
    for (std::size_t t = 0; t < lambda.size(); ++t) {
      const auto pair = pairs[static_cast<std::int64_t>(t)];
      const double sign = pairs.values[t] > 0 ? 1 : -1;
      std::vector<double> image(d);
      double p = 0;
      for (std::size_t i = 0; i < d; ++i) {
        for (std::size_t j = 0; j < d; ++j) {
          const auto k = static_cast<std::int64_t>(j);
          image[i] += m[i][j] * (static_cast<double>(x(pair[0], k)) - static_cast<double>(x(pair[1], k)));
        }
        const auto k = static_cast<std::int64_t>(i);
        p += image[i] * (static_cast<double>(x(pair[0], k)) - static_cast<double>(x(pair[1], k)));
      }
      const double alpha = std::min(lambda[t], sign / 2 * (1 / p - 1 / xi[t]));
      lambda[t] -= alpha;
      xi[t] = 1 / (1 / xi[t] + sign * alpha);
      const double beta = sign * alpha / (1 - sign * alpha * p);
      for (std::size_t i = 0; i < d; ++i) {
        for (std::size_t j = 0; j < d; ++j) m[i][j] += beta * image[i] * image[j];
      }
    }
  }
  return m;
}

LearnerOptions to_the_end() {
  LearnerOptions options;
  options.tolerance = 1e-12;
  options.max_iterations = 2000;
  return options;
}

}  // namespace

TEST_CASE("itml: the minimum is where the paper's Bregman projections go") {
  for (std::uint64_t seed = 0; seed < 3; ++seed) {
    const LabelledRows data = labelled_rows(14, 3, 2, seed);
    const Tuples pairs = all_pairs(data.labels);
    const LearnedMap learned = learn_from_tuples(kItmlLearner, data.x, pairs, to_the_end());
    const Square expected = naive_projections(data.x, pairs, fact(learned, "similar_bound"),
                                              fact(learned, "dissimilar_bound"), 20000);
    CHECK(difference(expected, gram(learned.l)) < 1e-4);
  }
}

TEST_CASE("itml: at the minimum M^-1 = I + sum c z z', by the pairs that miss their bounds") {
  const LabelledRows data = labelled_rows(40, 4, 3, 5);
  const Tuples pairs = all_pairs(data.labels);
  const LearnedMap learned = learn_from_tuples(kItmlLearner, data.x, pairs, to_the_end());
  const Square m = gram(learned.l);
  const double bounds[2] = {fact(learned, "dissimilar_bound"), fact(learned, "similar_bound")};
  Square inverse = square(4);
  for (std::size_t i = 0; i < 4; ++i) inverse[i][i] = 1;
  std::int64_t missed[2] = {0, 0};
  for (std::int64_t t = 0; t < pairs.size(); ++t) {
    const std::size_t similar = pairs.values[static_cast<std::size_t>(t)] > 0 ? 1 : 0;
    std::vector<double> z;
    for (std::int64_t j = 0; j < 4; ++j)
      z.push_back(static_cast<double>(data.x(pairs[t][0], j)) - static_cast<double>(data.x(pairs[t][1], j)));
    const double p = form(z, m, z);
    if (similar == 1 ? p <= bounds[1] : p >= bounds[0]) continue;  // met: no force
    ++missed[similar];
    add_difference(inverse, data.x, pairs[t][0], pairs[t][1], 1 / bounds[similar] - 1 / p);
  }
  CHECK(missed[0] > 0);
  CHECK(missed[1] > 0);
  CHECK(learned.history.back().active == missed[0] + missed[1]);
  CHECK(difference(inverse, naive_inverse(m)) < 1e-4);
}

TEST_CASE("itml: gradient against central differences, and a bound that meets the minimum") {
  const LabelledRows data = labelled_rows(30, 3, 3, 1);
  LearnerInput input;
  input.x = data.x;
  input.labels = &data.labels;
  const ConstraintPairs pairs = constraint_pairs(input, {});
  ItmlObjective objective(data.x, pairs, 2, 15, 1);
  std::vector<double> gradient(9);
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    const Matrix noise = random_rows(3, 3, seed, 0.1);
    std::vector<double> l;
    for (std::int64_t i = 0; i < 9; ++i)
      l.push_back(static_cast<double>(noise.data()[i]) + (i % 4 == 0 ? 0.5 : 0));
    (void)objective.evaluate(l, gradient);
    const std::vector<double> analytic = gradient;
    for (std::size_t i = 0; i < 9; ++i) {
      const double h = 1e-5;
      std::vector<double> moved = l;
      moved[i] = l[i] + h;
      const double above = objective.evaluate(moved, gradient);
      moved[i] = l[i] - h;
      const double below = objective.evaluate(moved, gradient);
      CHECK(near((above - below) / (2 * h), analytic[i], 1e-6, 1e-4));
    }
  }
  const std::vector<double> identity{1, 0, 0, 0, 1, 0, 0, 0, 1};
  const LearnedMap least = minimise(objective, {3, 3, identity, true, {}}, {1000, 1e-10}, {}, {});
  const double bound = *objective.lower_bound();
  CHECK(least.convergence == Convergence::converged);
  CHECK(bound <= least.history.back().objective);
  CHECK(near(bound, least.history.back().objective, 1e-6));
}

TEST_CASE("itml: the bounds are the 5th and 95th percentile of squared distances") {
  const Dataset data = iris();
  std::vector<double> squares;
  for (std::int64_t i = 0; i < 150; ++i) {
    for (std::int64_t j = 0; j < i; ++j) {
      const double square = squared_distance(data.features, i, j);
      if (square > 0) squares.push_back(square);
    }
  }
  std::sort(squares.begin(), squares.end());
  const LearnedMap learned = learn_from_labels(kItmlLearner, data.features, data.labels);
  const auto at = [&](double share) {
    return squares[static_cast<std::size_t>(share * static_cast<double>(squares.size()))];
  };
  CHECK(near(fact(learned, "similar_bound"), at(0.05), 0.01));
  CHECK(near(fact(learned, "dissimilar_bound"), at(0.95), 0.01));
  CHECK(fact(learned, "similar_pairs") == 180);
  CHECK(fact(learned, "dissimilar_pairs") == 180);
  CHECK(learned.convergence == Convergence::converged);
  CHECK(class_separation(learned.l, data) < 0.2);
}

TEST_CASE("itml: with the covariance as the prior a change of coordinates changes nothing") {
  const LabelledRows data = labelled_rows(40, 3, 2, 3);
  const Tuples pairs = all_pairs(data.labels);
  const Matrix mix = random_rows(3, 3, 77);
  const Matrix mixed = multiply_abt(data.x, mix);
  LearnerOptions options = to_the_end();
  options.prior = "covariance";
  const Square m = gram(learn_from_tuples(kItmlLearner, data.x, pairs, options).l);
  const LearnedMap other = learn_from_tuples(kItmlLearner, mixed, pairs, options);
  CHECK(difference(m, gram(multiply_ab(other.l, mix))) < 1e-3);
  options.prior = "random";
  CHECK(kind_of([&] { (void)learn_from_tuples(kItmlLearner, data.x, pairs, options); }) == kUsage);
}

TEST_CASE("itml: pairs that ask for nothing leave the prior as it is") {
  // Two tight classes far apart: similar pairs are below, dissimilar ones above the percentiles.
  const Matrix x = random_rows(6, 2, 1);
  Tuples pairs;
  pairs.kind = TupleKind::pairs;
  std::vector<std::pair<double, std::pair<std::int32_t, std::int32_t>>> order;
  for (std::int32_t i = 0; i < 6; ++i) {
    for (std::int32_t j = i + 1; j < 6; ++j) order.push_back({squared_distance(x, i, j), {i, j}});
  }
  std::sort(order.begin(), order.end());
  pairs.items = {order.front().second.first, order.front().second.second, order.back().second.first,
                 order.back().second.second};
  pairs.values = {1, 0};
  const LearnedMap learned = learn_from_tuples(kItmlLearner, x, pairs);
  CHECK(difference({{1, 0}, {0, 1}}, gram(learned.l)) < 1e-6);
  CHECK(learned.convergence == Convergence::converged);
}

TEST_CASE("pairs from labels: so many of each sort, all different, the same for the same seed") {
  const LabelledRows data = labelled_rows(30, 2, 3, 1);
  LearnerInput input;
  input.x = data.x;
  input.labels = &data.labels;
  LearnerOptions options;
  options.constraints = 50;
  const ConstraintPairs pairs = constraint_pairs(input, options);
  const auto code = [&](std::int32_t row) { return data.labels.codes[static_cast<std::size_t>(row)]; };
  CHECK(pairs.similar.size() == 50);
  CHECK(pairs.dissimilar.size() == 50);
  for (const auto& [a, b] : pairs.similar) CHECK((a != b && code(a) == code(b)));
  for (const auto& [a, b] : pairs.dissimilar) CHECK(code(a) != code(b));
  RowPairs sorted = pairs.similar;
  std::sort(sorted.begin(), sorted.end());
  CHECK(std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end());
  CHECK(constraint_pairs(input, options).similar == pairs.similar);
  options.seed = 1;
  CHECK(constraint_pairs(input, options).similar != pairs.similar);
  options.constraints = 100000;  // more than there are: every one once
  CHECK(constraint_pairs(input, options).similar.size() +
            constraint_pairs(input, options).dissimilar.size() ==
        435);
}
