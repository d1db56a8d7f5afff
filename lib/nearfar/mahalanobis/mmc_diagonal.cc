#include "nearfar/mahalanobis/mmc_diagonal.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "nearfar/core/error.h"
#include "nearfar/core/product.h"
#include "nearfar/core/solve.h"
#include "nearfar/mahalanobis/spectral.h"

namespace nearfar {
namespace {

// What is minimised, f(a) = s'a - log sum_dissimilar sqrt(q'a), with q the squared differences z^2 of a pair
// and s their sum over the similar pairs.
class DiagonalObjective {
 public:
  DiagonalObjective(MatrixView x, const ConstraintPairs& pairs) : x_(x), pairs_(pairs) {
    const Dense similar = weighted_scatter(x, pairs.similar, std::vector<double>(pairs.similar.size(), 1.0));
    for (std::int64_t j = 0; j < x.cols; ++j) similar_.push_back(similar(j, j));
  }

  // Infinite where no weight is left: that is no metric.
  [[nodiscard]] double value(const std::vector<double>& a, double under_root) const {
    if (std::all_of(a.begin(), a.end(), [](double weight) { return weight == 0; }))
      return std::numeric_limits<double>::infinity();
    double similar = 0;
    for (std::size_t j = 0; j < a.size(); ++j) similar += similar_[j] * a[j];
    double distances = 0;
    for (std::size_t t = 0; t < pairs_.dissimilar.size(); ++t)
      distances += std::sqrt(square(t, a) + under_root);
    return similar - std::log(distances);
  }

  // The Newton step H^-1 g at a. At a distance of 0 there is no derivative: small ones count as kTiny.
  [[nodiscard]] std::vector<double> newton_step(const std::vector<double>& a) const {
    const std::int64_t d = x_.cols;
    std::vector<double> first(a.size());  // sum of the first derivatives of the distances
    double distances = 0;
    for (std::size_t t = 0; t < pairs_.dissimilar.size(); ++t) {
      const double distance = std::sqrt(square(t, a));
      distances += distance;
      for (std::int64_t j = 0; j < d; ++j)
        first[static_cast<std::size_t>(j)] += 0.5 / std::max(distance, kTiny) * squared_difference(t, j);
    }
    // Minus the sum of their second derivatives, q q' / (4 (q'a)^(3/2)).
    const Dense second = outer_sum(std::ssize(pairs_.dissimilar), d, [&](std::int64_t t, double* row) {
      const auto pair = static_cast<std::size_t>(t);
      const double root = std::sqrt(0.25 / std::max(std::pow(square(pair, a), 1.5), kTiny));
      for (std::int64_t j = 0; j < d; ++j) row[j] = root * squared_difference(pair, j);
    });
    Dense hessian = weighted_sum(1 / distances, second, kTiny, dense_identity(d));
    std::vector<double> gradient;
    for (std::int64_t j = 0; j < d; ++j) {
      const double by_j = first[static_cast<std::size_t>(j)] / distances;
      gradient.push_back(similar_[static_cast<std::size_t>(j)] - by_j);
      for (std::int64_t k = 0; k < d; ++k)
        hessian(j, k) += by_j * first[static_cast<std::size_t>(k)] / distances;
    }
    const std::optional<PositiveInverse> inverse = positive_inverse(hessian);
    if (!inverse) {
      numerical_error("mmc: the second derivatives are not finite",
                      "rescale the features, for example with --preprocess standardize");
    }
    std::vector<double> step(a.size());
    for (std::int64_t j = 0; j < d; ++j) {
      for (std::int64_t k = 0; k < d; ++k)
        step[static_cast<std::size_t>(j)] += inverse->inverse(j, k) * gradient[static_cast<std::size_t>(k)];
    }
    return step;
  }

  static constexpr double kTiny = 1e-6;

 private:
  [[nodiscard]] double squared_difference(std::size_t t, std::int64_t j) const {
    const auto [a, b] = pairs_.dissimilar[t];
    const double delta = static_cast<double>(x_.row(a)[j]) - static_cast<double>(x_.row(b)[j]);
    return delta * delta;
  }
  [[nodiscard]] double square(std::size_t t, const std::vector<double>& a) const {
    double sum = 0;
    for (std::size_t j = 0; j < a.size(); ++j)
      sum += a[j] * squared_difference(t, static_cast<std::int64_t>(j));
    return sum;
  }

  MatrixView x_;
  const ConstraintPairs& pairs_;
  std::vector<double> similar_;
};

std::vector<double> moved(const std::vector<double>& a, const std::vector<double>& step, double length) {
  std::vector<double> result(a.size());
  for (std::size_t j = 0; j < a.size(); ++j) result[j] = std::max(0.0, a[j] - length * step[j]);
  return result;
}

// The first of the steps of length 1, 1/2, 1/4, ... that is better than the next one.
std::vector<double> best_along(const DiagonalObjective& objective, const std::vector<double>& a,
                               const std::vector<double>& step) {
  double length = 1;
  std::vector<double> best = moved(a, step, length);
  double value = objective.value(best, DiagonalObjective::kTiny);
  while (true) {
    length /= 2;
    std::vector<double> shorter = moved(a, step, length);
    const double its_value = objective.value(shorter, DiagonalObjective::kTiny);
    if (!(its_value < value)) return best;
    best = std::move(shorter);
    value = its_value;
  }
}

Matrix map_of_weights(const std::vector<double>& weights) {
  Dense metric(std::ssize(weights), std::ssize(weights));
  for (std::size_t j = 0; j < weights.size(); ++j)
    metric(static_cast<std::int64_t>(j), static_cast<std::int64_t>(j)) = weights[j];
  return map_of_metric(metric, 0);
}

class DiagonalMmc final : public IterativeSolver {
 public:
  DiagonalMmc(MatrixView x, const ConstraintPairs& pairs, const Dense& start, double tolerance,
              const SolverState* resume)
      : objective_(x, pairs), tolerance_(tolerance) {
    if (resume != nullptr) {
      weights_ = sized_array(*resume, "weights", static_cast<std::size_t>(x.cols));
      value_ = sized_array(*resume, "value", 1)[0];
      return;
    }
    for (std::int64_t j = 0; j < x.cols; ++j) weights_.push_back(start(j, j));
    value_ = objective_.value(weights_, DiagonalObjective::kTiny);
  }

  IterationOutcome iterate(std::int64_t number) override {
    std::vector<double> next = best_along(objective_, weights_, objective_.newton_step(weights_));
    const double value = objective_.value(next, DiagonalObjective::kTiny);
    stuck_ = !(value < value_);
    if (stuck_) return {.record = {}, .stuck = true};
    const double fall = value_ - value;
    weights_ = std::move(next);
    value_ = value;
    return {.record = IterationRecord{.iteration = number, .objective = value},
            .converged = fall <= tolerance_ * std::abs(value)};
  }

  [[nodiscard]] SolverState state() const override {
    SolverState state;
    state.arrays = {{"value", {value_}}, {"weights", weights_}};
    return state;
  }

  [[nodiscard]] bool stuck() const { return stuck_; }
  [[nodiscard]] const std::vector<double>& weights() const { return weights_; }

 private:
  DiagonalObjective objective_;
  double tolerance_;
  std::vector<double> weights_;
  double value_ = 0;
  bool stuck_ = false;
};

}  // namespace

LearnedMap mmc_diagonal(MatrixView x, const ConstraintPairs& pairs, const Dense& start,
                        const IterationLimits& limits, const LearnerOptions& options,
                        const IterationProgress& progress) {
  DiagonalMmc solver(x, pairs, start, limits.tolerance, options.resume);
  LearnedMap learned = run_iterations(solver, limits, options, progress);
  if (solver.stuck()) {
    learned.notes.emplace_back(
        "no step in Newton's direction lowers the objective; what is reached need not be its minimum");
  }
  learned.l = map_of_weights(solver.weights());
  return learned;
}

}  // namespace nearfar
