#include <doctest/doctest.h>

#include <cmath>

#include "mahalanobis/class_separation.h"
#include "mahalanobis/learner_cases.h"
#include "nearfar/core/solve.h"
#include "nearfar/mahalanobis/learners.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

LearnerOptions with_weight(double weight) {
  LearnerOptions options;
  options.regularization = weight;
  options.tolerance = 1e-10;
  return options;
}

// Means over the pairs of the labels, by the definition, in the unit of the data.
struct Sums {
  Square balance;  // K
  double unit = 0;
};

Sums naive_sums(const LabelledRows& data) {
  const std::vector<std::int32_t>& codes = data.labels.codes;
  double counts[2] = {0, 0};
  for (std::size_t i = 0; i < codes.size(); ++i) {
    for (std::size_t j = i + 1; j < codes.size(); ++j) ++counts[codes[i] == codes[j] ? 1 : 0];
  }
  const auto same = [&](std::int64_t i, std::int64_t j) {
    return codes[static_cast<std::size_t>(i)] == codes[static_cast<std::size_t>(j)];
  };
  const auto sum = [&](double similar, double dissimilar) {
    return pair_sum(data.x, [&](std::int64_t i, std::int64_t j) {
      return same(i, j) ? similar / counts[1] : dissimilar / counts[0];
    });
  };
  const double unit = naive_trace(sum(1, 1)) / (2 * static_cast<double>(data.x.cols()));
  return {sum(1 / unit, -1 / unit), unit};
}

Square scaled(Square a, double by) {
  for (std::vector<double>& row : a) {
    for (double& value : row) value *= by;
  }
  return a;
}

}  // namespace

TEST_CASE("sdml: M meets the conditions of the minimum for P = M_0^-1 + eta K") {
  const LabelledRows data = labelled_rows(40, 5, 3, 2);
  const Sums sums = naive_sums(data);
  for (const std::string prior : {"identity", "covariance"}) {
    for (const double weight : {0.0, 0.1, 0.3}) {
      LearnerOptions options = with_weight(weight);
      options.prior = prior;
      const LearnedMap learned = learn_from_tuples(kSdmlLearner, data.x, all_pairs(data.labels), options);
      CHECK(learned.convergence == Convergence::converged);
      Square p = square(5);
      for (std::size_t i = 0; i < 5; ++i) p[i][i] = 1;
      if (prior == "covariance") p = scaled(naive_covariance(data.x), 1 / sums.unit);
      const double eta = fact(learned, "eta");
      CHECK(eta > 0);
      const double lambda = weight * eta;
      CHECK(near(fact(learned, "lambda"), lambda, 1e-12, 1e-12));
      for (std::size_t i = 0; i < 5; ++i) {
        for (std::size_t j = 0; j < 5; ++j) p[i][j] += eta * sums.balance[i][j];
      }
      const Square w = naive_inverse(scaled(gram(learned.l), sums.unit));
      double largest = 0;
      for (std::size_t i = 0; i < 5; ++i) {
        CHECK(near(w[i][i], p[i][i], 1e-4));
        for (std::size_t j = 0; j < 5; ++j) {
          if (i != j) largest = std::max(largest, std::abs(w[i][j] - p[i][j]));
        }
      }
      CHECK(near(largest, lambda, 1e-3, 1e-4));
    }
  }
}

TEST_CASE("sdml: eta is so large that P is a tenth of the prior in some direction, or 1.9 times it") {
  const LabelledRows data = labelled_rows(60, 4, 3, 6);
  const LearnedMap learned = learn_from_tuples(kSdmlLearner, data.x, all_pairs(data.labels), with_weight(0));
  // Without the norm M = P^-1, so the eigenvalues of M are from 1/1.9 to 10, and one of them is there.
  const SymmetricEigen eigen = [&] {
    Dense m(4, 4);
    const Square s = scaled(gram(learned.l), naive_sums(data).unit);
    for (std::size_t i = 0; i < 4; ++i) {
      for (std::size_t j = 0; j < 4; ++j)
        m(static_cast<std::int64_t>(i), static_cast<std::int64_t>(j)) = s[i][j];
    }
    return symmetric_eigen(m);
  }();
  CHECK(eigen.values.back() > 1 / 1.9 - 1e-4);
  const bool at_the_end = near(eigen.values.front(), 10, 1e-3) || near(eigen.values.back(), 1 / 1.9, 1e-3);
  CHECK(at_the_end);
}

TEST_CASE("sdml: more regularization leaves fewer elements, the unit of the features changes nothing") {
  LabelledRows data = labelled_rows(80, 6, 3, 4);
  std::int64_t before = 100;
  for (const double weight : {0.0, 0.1, 0.3, 10.0}) {
    const LearnedMap learned = learn_from_labels(kSdmlLearner, data.x, data.labels, with_weight(weight));
    CHECK(learned.history.back().active <= before);
    before = learned.history.back().active;
  }
  CHECK(before == 0);
  const Square m = gram(learn_from_labels(kSdmlLearner, data.x, data.labels).l);
  for (std::int64_t i = 0; i < data.x.size(); ++i) data.x.data()[i] *= 1024;
  const Square other = gram(learn_from_labels(kSdmlLearner, data.x, data.labels).l);
  CHECK(difference(m, scaled(other, 1024.0 * 1024.0)) < 1e-5);
}

TEST_CASE("sdml: separates the classes of iris better than the features do") {
  const Dataset data = iris();
  Matrix identity(4, 4);
  for (std::int64_t j = 0; j < 4; ++j) identity(j, j) = 1;
  const LearnedMap learned = learn_from_labels(kSdmlLearner, data.features, data.labels);
  CHECK(learned.convergence == Convergence::converged);
  CHECK(fact(learned, "similar_pairs") == 180);
  CHECK(class_separation(learned.l, data) < 0.9 * class_separation(identity, data));
}

TEST_CASE(
    "sdml: from a state between two iterations it goes on with the same bits, on any number of threads") {
  const LabelledRows data = labelled_rows(80, 14, 3, 9);
  LearnerOptions options = with_weight(0.05);
  options.prior = "covariance";
  options.tolerance = 0;  // as far as rounding lets it
  std::vector<SolverState> states;
  options.checkpoint = [&](const std::function<SolverState()>& state, bool) { states.push_back(state()); };
  const LearnedMap whole = learn_from_labels(kSdmlLearner, data.x, data.labels, options);
  options.checkpoint = {};
  REQUIRE(states.size() >= 4);
  for (std::size_t at = 0; at < states.size(); ++at) {
    const Threads threads(static_cast<int>(1 + at % 3));
    options.resume = &states[at];
    const LearnedMap rest = learn_from_labels(kSdmlLearner, data.x, data.labels, options);
    CHECK(same_bits(values(rest.l), values(whole.l)));
    CHECK(rest.convergence == whole.convergence);
    CHECK(rest.facts == whole.facts);
    CHECK(rest.history.size() == states.size() - at);
    CHECK(rest.history.back().gap == whole.history.back().gap);
  }
  SolverState odd = states[1];
  odd.arrays[2].second.pop_back();
  options.resume = &odd;
  CHECK(kind_of([&] { (void)learn_from_labels(kSdmlLearner, data.x, data.labels, options); }) == kData);
}

TEST_CASE("sdml: what has no minimum or no meaning is refused") {
  LabelledRows data = labelled_rows(30, 3, 2, 3);
  for (const double weight : {-0.1, std::nan(""), HUGE_VAL}) {
    CHECK(kind_of([&] { (void)learn_from_labels(kSdmlLearner, data.x, data.labels, with_weight(weight)); }) ==
          kUsage);
  }
  LearnerOptions options;
  options.prior = "random";
  CHECK(kind_of([&] { (void)learn_from_labels(kSdmlLearner, data.x, data.labels, options); }) == kUsage);
  options.prior = "covariance";
  CHECK(learn_from_labels(kSdmlLearner, data.x, data.labels, options).l.rows() == 3);
  for (std::int64_t i = 0; i < 30; ++i) data.x(i, 1) = 2 * data.x(i, 0) - data.x(i, 2);
  CHECK(kind_of([&] { (void)learn_from_labels(kSdmlLearner, data.x, data.labels, options); }) == kData);
  options.prior = "identity";
  CHECK(learn_from_labels(kSdmlLearner, data.x, data.labels, options).l.rows() == 3);
}
