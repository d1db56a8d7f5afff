#include "nearfar/mahalanobis/lsml.h"

#include <doctest/doctest.h>

#include "mahalanobis/learner_cases.h"
#include "nearfar/core/random.h"
#include "nearfar/mahalanobis/learners.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

struct Comparisons {
  RowPairs near;
  RowPairs far;
};

Comparisons random_comparisons(std::int32_t rows, std::int64_t count, std::uint64_t seed) {
  Random random(seed);
  const auto pair = [&] {
    const auto a = static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(rows)));
    const auto step = static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(rows - 1)));
    return std::pair<std::int32_t, std::int32_t>(a, (a + 1 + step) % rows);
  };
  Comparisons result;
  for (std::int64_t t = 0; t < count; ++t) {
    result.near.push_back(pair());
    result.far.push_back(pair());
  }
  return result;
}

Tuples quadruplets(const Comparisons& comparisons) {
  Tuples tuples;
  tuples.kind = TupleKind::quadruplets;
  for (std::size_t q = 0; q < comparisons.near.size(); ++q) {
    tuples.items.insert(tuples.items.end(), {comparisons.near[q].first, comparisons.near[q].second,
                                             comparisons.far[q].first, comparisons.far[q].second});
  }
  return tuples;
}

double length(const Matrix& x, const std::pair<std::int32_t, std::int32_t>& pair, const Square& m) {
  std::vector<double> z;
  for (std::int64_t j = 0; j < x.cols(); ++j)
    z.push_back(static_cast<double>(x(pair.first, j)) - static_cast<double>(x(pair.second, j)));
  return std::sqrt(form(z, m, z));
}

}  // namespace

TEST_CASE("lsml: the value is that of the definition, the gradient that of central differences") {
  const Matrix x = random_rows(20, 2, 3);
  const Comparisons pairs = random_comparisons(20, 60, 4);
  LsmlObjective objective(x, pairs.near, pairs.far, 0.3);
  const std::vector<double> l{1.2, 0.3, -0.2, 0.8};
  const Square m{{l[0] * l[0] + l[2] * l[2], l[0] * l[1] + l[2] * l[3]},
                 {l[0] * l[1] + l[2] * l[3], l[1] * l[1] + l[3] * l[3]}};
  double expected = 0.3 * (m[0][0] + m[1][1] - std::log(m[0][0] * m[1][1] - m[0][1] * m[0][1]) - 2);
  for (std::size_t q = 0; q < 60; ++q) {
    const double residual = std::max(0.0, length(x, pairs.near[q], m) - length(x, pairs.far[q], m));
    expected += residual * residual / 60;
  }
  std::vector<double> gradient(4);
  std::vector<double> unused(4);
  CHECK(near(objective.evaluate(l, gradient), expected, 1e-12));
  for (std::size_t i = 0; i < 4; ++i) {
    const double h = 1e-6;
    std::vector<double> above = l;
    std::vector<double> below = l;
    above[i] += h;
    below[i] -= h;
    const double difference =
        (objective.evaluate(above, unused) - objective.evaluate(below, unused)) / (2 * h);
    CHECK(near(gradient[i], difference, 1e-6, 1e-7));
  }
}

TEST_CASE("lsml: comparisons by a hidden metric are met better than by the plain one") {
  const Matrix x = random_rows(40, 3, 7);
  const Square hidden{{4, 0, 0}, {0, 1, 0.3}, {0, 0.3, 0.1}};
  Comparisons pairs = random_comparisons(40, 400, 8);
  for (std::size_t q = 0; q < pairs.near.size(); ++q) {
    if (length(x, pairs.near[q], hidden) > length(x, pairs.far[q], hidden))
      std::swap(pairs.near[q], pairs.far[q]);
  }
  LearnerOptions options;
  options.regularization = 1e-5;
  const LearnedMap learned = learn_from_tuples(kLsmlLearner, x, quadruplets(pairs), options);
  CHECK(learned.convergence == Convergence::converged);
  const auto missed = [&](const Square& m) {
    int count = 0;
    for (std::size_t q = 0; q < pairs.near.size(); ++q)
      count += length(x, pairs.near[q], m) > length(x, pairs.far[q], m) ? 1 : 0;
    return count;
  };
  CHECK(missed(gram(learned.l)) < missed({{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}) / 4);
}

TEST_CASE("lsml: comparisons that hold already leave the prior as it is") {
  const Matrix x = random_rows(10, 2, 1);
  Comparisons pairs = random_comparisons(10, 30, 2);
  const Square identity{{1, 0}, {0, 1}};
  for (std::size_t q = 0; q < pairs.near.size(); ++q) {
    if (length(x, pairs.near[q], identity) > length(x, pairs.far[q], identity))
      std::swap(pairs.near[q], pairs.far[q]);
  }
  CHECK(difference(identity, gram(learn_from_tuples(kLsmlLearner, x, quadruplets(pairs)).l)) < 1e-6);
}

TEST_CASE("lsml: --regularization is above 0, and larger draws nearer to the prior") {
  const LabelledRows data = labelled_rows(40, 3, 2, 5);
  const Square identity{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
  double before = 0;
  for (const double lambda : {100.0, 1.0, 0.01}) {
    LearnerOptions options;
    options.regularization = lambda;
    const double away =
        difference(identity, gram(learn_from_labels(kLsmlLearner, data.x, data.labels, options).l));
    CHECK(away > before);
    before = away;
  }
  LearnerOptions options;
  options.regularization = 0;
  CHECK(kind_of([&] { (void)learn_from_labels(kLsmlLearner, data.x, data.labels, options); }) == kUsage);
}
