#include <doctest/doctest.h>

#include <numeric>

#include "mahalanobis/learner_cases.h"
#include "nearfar/mahalanobis/learners.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

// The mean over rows of the differences from the k nearest rows of the same class, or of other classes.
Square naive_neighbor_scatter(const LabelledRows& data, std::size_t k, bool same) {
  Square sum = square(data.x.cols());
  double count = 0;
  for (std::int64_t i = 0; i < data.x.rows(); ++i) {
    std::vector<std::pair<double, std::int64_t>> others;
    for (std::int64_t j = 0; j < data.x.rows(); ++j) {
      const bool alike =
          data.labels.codes[static_cast<std::size_t>(i)] == data.labels.codes[static_cast<std::size_t>(j)];
      if (i != j && alike == same) others.emplace_back(squared_distance(data.x, i, j), j);
    }
    std::sort(others.begin(), others.end());
    for (std::size_t r = 0; r < std::min(k, others.size()); ++r) {
      add_difference(sum, data.x, i, others[r].second, 1);
      ++count;
    }
  }
  for (auto& row : sum) {
    for (double& value : row) value /= count;
  }
  return sum;
}

}  // namespace

TEST_CASE("dmlmj: the rows of L solve D v = w S v, v'S v = 1, ordered by their divergence") {
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    const LabelledRows data = labelled_rows(60, 4, 3, seed, 0.3);
    LearnerOptions options = unshrunk();
    options.neighbors = 1 + static_cast<std::int64_t>(seed);
    const Square genuine = naive_neighbor_scatter(data, static_cast<std::size_t>(*options.neighbors), true);
    const Square impostors =
        naive_neighbor_scatter(data, static_cast<std::size_t>(*options.neighbors), false);
    const LearnedMap learned = learn_from_labels(kDmlmjLearner, data.x, data.labels, options);
    REQUIRE(learned.l.rows() == 4);
    std::vector<double> ratios;
    CHECK(eigen_residual(learned.l, impostors, genuine, &ratios) < 1e-5);
    CHECK(orthonormality(learned.l, genuine) < 1e-4);
    CHECK(near(std::accumulate(ratios.begin(), ratios.end(), 0.0),
               naive_trace(times(naive_inverse(genuine), impostors)), 1e-4));
    for (std::size_t r = 1; r < ratios.size(); ++r)
      CHECK(ratios[r] + 1 / ratios[r] <= (ratios[r - 1] + 1 / ratios[r - 1]) * (1 + 1e-6));
    // All of them together: M = S^-1.
    CHECK(difference(naive_inverse(genuine), gram(learned.l)) < 1e-4);
  }
}

TEST_CASE("dmlmj: one class, or classes of one row, are refused") {
  const Matrix x = random_rows(6, 2, 1);
  CHECK(kind_of([&] { (void)learn_from_labels(kDmlmjLearner, x, labels_of({0, 0, 0, 0, 0, 0})); }) == kData);
  CHECK(kind_of([&] { (void)learn_from_labels(kDmlmjLearner, x, labels_of({0, 1, 2, 3, 4, 5})); }) == kData);
  LearnerOptions options;
  options.neighbors = 0;
  CHECK(kind_of([&] {
          (void)learn_from_labels(kDmlmjLearner, x, labels_of({0, 0, 1, 1, 2, 2}), options);
        }) == kUsage);
}
