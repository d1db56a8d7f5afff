// The learners on top of soft_neighbors.h: nca and mlkr.
#include <doctest/doctest.h>

#include <cmath>

#include "iris.h"
#include "mahalanobis/class_separation.h"
#include "mahalanobis/learner_cases.h"
#include "mahalanobis/six_points.h"
#include "nearfar/core/error.h"
#include "nearfar/mahalanobis/learners.h"
#include "random_rows.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

LearnedMap learn_mlkr(const Matrix& x, const std::vector<double>& targets,
                      const LearnerOptions& options = {}) {
  LearnerInput input;
  input.x = x;
  input.targets = targets;
  return kMlkrLearner.learn(input, options, {});
}

Matrix identity_matrix(std::int64_t d) {
  Matrix l(d, d);
  for (std::int64_t i = 0; i < d; ++i) l(i, i) = 1;
  return l;
}

std::vector<std::int64_t> nearest_rows(const Matrix& x, const Matrix& l) {
  const std::vector<double> map(l.data(), l.data() + l.size());
  std::vector<std::int64_t> nearest;
  for (std::int64_t i = 0; i < x.rows(); ++i) {
    std::int64_t best = i == 0 ? 1 : 0;
    for (std::int64_t j = 0; j < x.rows(); ++j) {
      if (j != i && naive_squared(x, map, i, j) < naive_squared(x, map, i, best)) best = j;
    }
    nearest.push_back(best);
  }
  return nearest;
}

}  // namespace

TEST_CASE("nca: six points reach the optimum") {
  LearnerOptions options;
  options.max_iterations = 1000;
  options.tolerance = 1e-10;
  options.init = identity_matrix(2);
  const LearnedMap learned = learn_from_labels(kNcaLearner, six_points(), labels_of(kSixClasses), options);
  CHECK(learned.history.back().objective == doctest::Approx(-6).epsilon(1e-6));
}

TEST_CASE("nca: four points whose classes lie crosswise") {
  const Matrix x = rows_of({{0, 0}, {0, 1}, {2, 0}, {2, 1}});
  LearnerOptions options;
  options.init = identity_matrix(2);
  const LearnedMap learned = learn_from_labels(kNcaLearner, x, labels_of({1, 0, 1, 0}), options);
  CHECK(nearest_rows(x, learned.l) == std::vector<std::int64_t>{2, 3, 0, 1});
}

TEST_CASE("nca: one class, or classes of one row: the map stays as it is, to the bit") {
  const Matrix x = random_rows(6, 3, 4);
  LearnerOptions options;
  options.init = random_rows(2, 3, 5);
  for (const Codes& codes : {Codes{0, 0, 0, 0, 0, 0}, Codes{0, 1, 2, 3, 4, 5}}) {
    const LearnedMap learned = learn_from_labels(kNcaLearner, x, labels_of(codes), options);
    CHECK(same_bits(values(learned.l), values(options.init)));
    CHECK(learned.convergence == Convergence::converged);
  }
}

TEST_CASE("nca: class separation of iris") {
  const Dataset data = iris();
  CHECK(class_separation(learn_from_labels(kNcaLearner, data.features, data.labels).l, data) < 0.15);
}

TEST_CASE("nca: descends, in fewer dimensions too") {
  const LabelledRows data = labelled_rows(150, 6, 4, 3, 0.7);
  for (const std::int64_t dim : {1, 2, 5, 6}) {
    LearnerOptions options;
    options.dim = dim;
    const LearnedMap learned = learn_from_labels(kNcaLearner, data.x, data.labels, options);
    CHECK(learned.l.rows() == dim);
    REQUIRE(learned.history.size() > 1);
    for (std::size_t i = 1; i < learned.history.size(); ++i)
      CHECK(learned.history[i].objective < learned.history[i - 1].objective);
    CHECK(learned.history.back().objective >= -150);
  }
}

TEST_CASE("nca: of many rows a part comes first, the same for any number of threads") {
  const LabelledRows data = labelled_rows(20000, 2, 3, 5, 0.7);
  LearnerOptions options;
  options.max_iterations = 3;
  Matrix first;
  for (const int count : {1, 3}) {
    const Threads threads(count);
    const LearnedMap learned = learn_from_labels(kNcaLearner, data.x, data.labels, options);
    CHECK(learned.history.back().terms == 4096);
    if (first.empty()) first = Matrix::copy_of(learned.l);
    CHECK(same_bits(values(learned.l), values(first)));
  }
}

TEST_CASE("mlkr: class separation of iris, from the classes as numbers") {
  const Dataset data = iris();
  const std::vector<double> targets(data.labels.codes.begin(), data.labels.codes.end());
  CHECK(class_separation(learn_mlkr(data.features, targets).l, data) < 0.25);
}

TEST_CASE("mlkr: finds the feature that matters, wherever the targets lie") {
  const Matrix x = random_rows(300, 4, 6);
  std::vector<double> targets;
  for (std::int64_t i = 0; i < 300; ++i) targets.push_back(1e4 + std::sin(2 * static_cast<double>(x(i, 2))));
  const LearnedMap learned = learn_mlkr(x, targets);
  double own = 0;
  double others = 0;
  for (std::int64_t r = 0; r < learned.l.rows(); ++r) {
    for (std::int64_t j = 0; j < 4; ++j) {
      const auto value = static_cast<double>(learned.l(r, j));
      (j == 2 ? own : others) += value * value;
    }
  }
  CHECK(own > 50 * others);
  CHECK(learned.facts.back().first == "r_squared");
  CHECK(learned.facts.back().second > 0.95);
}

TEST_CASE("mlkr: what it cannot learn from is refused") {
  const Matrix x = random_rows(6, 2, 1);
  CHECK(kind_of([&] { (void)learn_mlkr(x, {1, 1, 1, 1, 1, 1}); }) == kData);
  CHECK(kind_of([&] { (void)learn_mlkr(random_rows(1, 2, 1), {1}); }) == kData);
  LearnerOptions options;
  options.dim = 3;
  CHECK(kind_of([&] { (void)learn_mlkr(x, {1, 2, 3, 4, 5, 6}, options); }) == kData);
  options.dim = 1;
  CHECK(learn_mlkr(x, {1, 2, 3, 4, 5, 6}, options).l.rows() == 1);
}
