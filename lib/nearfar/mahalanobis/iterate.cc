#include "nearfar/mahalanobis/iterate.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "nearfar/core/error.h"
#include "nearfar/core/text.h"
#include "nearfar/mahalanobis/lbfgs.h"

namespace nearfar {
namespace {

void check_finite(double value, std::int64_t iteration) {
  if (std::isfinite(value)) return;
  numerical_error(
      "diverged: the objective of iteration " + std::to_string(iteration) + " is not a finite number",
      "rescale the features, for example with --preprocess standardize");
}

}  // namespace

IterationLimits limits_of(const LearnerOptions& options, IterationLimits defaults) {
  if (options.max_iterations) defaults.max_iterations = *options.max_iterations;
  if (options.tolerance) {
    if (!(*options.tolerance >= 0) || std::isinf(*options.tolerance))
      usage_error("--tolerance " + number_text(*options.tolerance) + ": expected a number of 0 or more");
    defaults.tolerance = *options.tolerance;
  }
  return defaults;
}

LearnedMap minimise(MapObjective& objective, std::span<const double> start, std::int64_t rows,
                    std::int64_t cols, const IterationLimits& limits, const IterationProgress& progress) {
  const auto f = [&](std::span<const double> l, std::span<double> gradient) {
    return objective.evaluate(l, gradient);
  };
  Lbfgs solver({start.begin(), start.end()}, f);
  check_finite(solver.value, 0);
  LearnedMap learned;
  learned.convergence = Convergence::stopped;
  double proven = -std::numeric_limits<double>::infinity();
  while (solver.iteration < limits.max_iterations) {
    const double before = solver.value;
    if (!solver.step(f)) {
      learned.convergence = Convergence::converged;
      break;
    }
    check_finite(solver.gradient_norm(), solver.iteration);
    IterationRecord record;
    record.iteration = solver.iteration;
    record.objective = solver.value;
    record.active = objective.active();
    record.gradient_norm = solver.gradient_norm();
    learned.history.push_back(record);
    if (progress) progress(record);
    const std::optional<double> bound = objective.lower_bound();
    if (bound) proven = std::max(proven, *bound);
    const double possible = bound ? solver.value - proven : before - solver.value;  // what is to be gained
    if (possible <= limits.tolerance * std::abs(before)) {
      learned.convergence = Convergence::converged;
      break;
    }
  }
  learned.l = Matrix(rows, cols);
  for (std::int64_t i = 0; i < learned.l.size(); ++i) {
    const double value = solver.x[static_cast<std::size_t>(i)];
    learned.l.data()[i] = static_cast<float>(value);
    if (!std::isfinite(learned.l.data()[i])) check_finite(value * INFINITY, solver.iteration);
  }
  return learned;
}

}  // namespace nearfar
