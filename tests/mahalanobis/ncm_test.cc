#include <doctest/doctest.h>

#include <cmath>

#include "iris.h"
#include "mahalanobis/learner_cases.h"
#include "mahalanobis/six_points.h"
#include "nearfar/mahalanobis/learners.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

// sum of -log p of the own class, by the definition.
double naive_ncm(const Matrix& x, const Labels& labels, const Matrix& l) {
  const auto classes = static_cast<std::size_t>(labels.classes());
  Matrix all = x;
  std::vector<double> sizes(classes);
  Matrix means(std::ssize(sizes), x.cols());
  for (const std::int32_t code : labels.codes) ++sizes[static_cast<std::size_t>(code)];
  for (std::int64_t j = 0; j < x.cols(); ++j) {
    std::vector<double> sums(classes);
    for (std::int64_t i = 0; i < x.rows(); ++i)
      sums[static_cast<std::size_t>(labels.codes[static_cast<std::size_t>(i)])] +=
          static_cast<double>(x(i, j));
    for (std::size_t c = 0; c < classes; ++c)
      means(static_cast<std::int64_t>(c), j) = static_cast<float>(sums[c] / sizes[c]);
  }
  all.append(means);
  const std::vector<double> map(l.data(), l.data() + l.size());
  double value = 0;
  for (std::int64_t i = 0; i < x.rows(); ++i) {
    double sum = 0;
    double own = 0;
    for (std::size_t c = 0; c < classes; ++c) {
      const double half = naive_squared(all, map, i, x.rows() + static_cast<std::int64_t>(c)) / 2;
      sum += std::exp(-half);
      if (labels.codes[static_cast<std::size_t>(i)] == static_cast<std::int32_t>(c)) own = half;
    }
    value += own + std::log(sum);
  }
  return value;
}

}  // namespace

TEST_CASE("ncm: minimises the likelihood of the definition: no near map has a lower value") {
  const LabelledRows data = labelled_rows(120, 3, 4, 2, 0.6);
  LearnerOptions options;
  options.tolerance = 1e-12;
  options.max_iterations = 1000;
  options.dim = 2;
  const LearnedMap learned = learn_from_labels(kNcmLearner, data.x, data.labels, options);
  CHECK(learned.convergence == Convergence::converged);
  const double value = naive_ncm(data.x, data.labels, learned.l);
  CHECK(value == doctest::Approx(learned.history.back().objective).epsilon(1e-5));
  for (std::int64_t k = 0; k < learned.l.size(); ++k) {
    for (const double step : {-0.02, 0.02}) {
      Matrix near = learned.l;
      near.data()[k] += static_cast<float>(step);
      CHECK(naive_ncm(data.x, data.labels, near) > value);
    }
  }
}

TEST_CASE("ncm: stops where the gradient of the definition stops") {
  const LabelledRows data = labelled_rows(80, 3, 3, 5, 0.6);
  std::vector<SolverState> states;
  LearnerOptions options;
  options.max_iterations = 3;
  options.checkpoint = [&](const std::function<SolverState()>& state, bool) { states.push_back(state()); };
  const LearnedMap learned = learn_from_labels(kNcmLearner, data.x, data.labels, options);
  const std::vector<double>& gradient = states.back().get("gradient");
  std::vector<double> numerical;
  for (std::int64_t k = 0; k < learned.l.size(); ++k) {
    const auto shifted = [&](float step) {
      Matrix l = learned.l;
      l.data()[k] += step;
      return std::pair{naive_ncm(data.x, data.labels, l), static_cast<double>(l.data()[k])};
    };
    const auto above = shifted(0.001F);
    const auto below = shifted(-0.001F);
    numerical.push_back((above.first - below.first) / (above.second - below.second));
  }
  CHECK(relative_difference(gradient, numerical) < 1e-4);
}

TEST_CASE("ncm: one class is refused") {
  CHECK(kind_of([] {
          (void)learn_from_labels(kNcmLearner, random_rows(5, 2, 1), labels_of({0, 0, 0, 0, 0}));
        }) == kData);
}
