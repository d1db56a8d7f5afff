#include <doctest/doctest.h>

#include "mahalanobis/learner_cases.h"
#include "nearfar/mahalanobis/learners.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

// The mean over the pairs of same (or other) class, by a loop over them.
Square naive_pair_mean(const LabelledRows& data, bool same) {
  double count = 0;
  Square sum = pair_sum(data.x, [&](std::int64_t i, std::int64_t j) {
    const bool alike =
        data.labels.codes[static_cast<std::size_t>(i)] == data.labels.codes[static_cast<std::size_t>(j)];
    count += alike == same ? 1 : 0;
    return alike == same ? 1.0 : 0.0;
  });
  for (auto& row : sum) {
    for (double& value : row) value /= count;
  }
  return sum;
}

}  // namespace

TEST_CASE("gmml: M S M = D, from labels and from all their pairs") {
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    const LabelledRows data = labelled_rows(40, 4, 3, seed);
    const Square similar = naive_pair_mean(data, true);
    const Square dissimilar = naive_pair_mean(data, false);
    const Square m = gram(learn_from_labels(kGmmlLearner, data.x, data.labels, unshrunk()).l);
    CHECK(difference(dissimilar, times(times(m, similar), m)) < 1e-4);
    const Square from_pairs =
        gram(learn_from_tuples(kGmmlLearner, data.x, all_pairs(data.labels), unshrunk()).l);
    CHECK(difference(m, from_pairs) < 1e-5);
  }
}

TEST_CASE("gmml: shrunk scatters are drawn to multiples of the identity") {
  const LabelledRows data = labelled_rows(40, 3, 2, 8);
  LearnerOptions options;
  options.regularization = 1;
  const Square m = gram(learn_from_labels(kGmmlLearner, data.x, data.labels, options).l);
  const double root =
      std::sqrt(naive_trace(naive_pair_mean(data, false)) / naive_trace(naive_pair_mean(data, true)));
  CHECK(difference({{root, 0, 0}, {0, root, 0}, {0, 0, root}}, m) < 1e-5);
}

TEST_CASE("gmml and kissme: pairs of one sort alone are refused") {
  const Matrix x = random_rows(4, 2, 1);
  Tuples pairs;
  pairs.kind = TupleKind::pairs;
  pairs.items = {0, 1, 2, 3};
  for (const float value : {0.0F, 1.0F}) {
    pairs.values = {value, value};
    CHECK(kind_of([&] { (void)learn_from_tuples(kGmmlLearner, x, pairs); }) == kData);
    CHECK(kind_of([&] { (void)learn_from_tuples(kKissmeLearner, x, pairs); }) == kData);
  }
  // Two pairs do not span the data: without shrinking there is no inverse.
  pairs.values = {0, 1};
  CHECK(kind_of([&] { (void)learn_from_tuples(kGmmlLearner, x, pairs, unshrunk()); }) == kData);
  CHECK(kind_of([&] { (void)learn_from_tuples(kKissmeLearner, x, pairs, unshrunk()); }) == kData);
  CHECK(learn_from_tuples(kGmmlLearner, x, pairs).l.rows() == 2);
}

TEST_CASE("kissme: M = S^-1 - D^-1, and the nearest positive semidefinite matrix to it") {
  bool clipped = false;
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    const LabelledRows data = labelled_rows(40, 4, 3, seed, seed < 4 ? 8 : 0.2);
    Square m = naive_inverse(naive_pair_mean(data, true));
    const Square of_dissimilar = naive_inverse(naive_pair_mean(data, false));
    for (std::size_t a = 0; a < m.size(); ++a) {
      for (std::size_t b = 0; b < m.size(); ++b) m[a][b] -= of_dissimilar[a][b];
    }
    const LearnedMap learned = learn_from_labels(kKissmeLearner, data.x, data.labels, unshrunk());
    const Square p = gram(learned.l);
    // P is the projection of M on the cone: P - M is positive semidefinite and P (P - M) = 0.
    Square rest = p;
    double size = 0;
    for (std::size_t a = 0; a < m.size(); ++a) {
      for (std::size_t b = 0; b < m.size(); ++b) {
        rest[a][b] -= m[a][b];
        size = std::max(size, std::abs(m[a][b]));
      }
    }
    const Square product = times(p, rest);
    for (const auto& row : product) {
      for (const double value : row) CHECK(std::abs(value) < 1e-4 * size * size);
    }
    const Matrix directions = random_rows(100, 4, seed);
    for (std::int64_t i = 0; i < 100; ++i) {
      const std::vector<double> v = in_double(directions.row(i), 4);
      CHECK(form(v, rest, v) >
            -1e-4 * size * form(v, {{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}}, v));
    }
    clipped = clipped || learned.l.rows() < 4;
    CHECK(near(learned.facts.front().second, static_cast<double>(learned.l.rows()), 0));
  }
  CHECK(clipped);
}
