#include "nearfar/mahalanobis/iterate.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "nearfar/core/advice.h"
#include "nearfar/core/checked_count.h"
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

std::vector<std::vector<double>> cut(const std::vector<double>& all, std::size_t size) {
  std::vector<std::vector<double>> parts;
  for (std::size_t begin = 0; begin < all.size(); begin += size)
    parts.emplace_back(all.begin() + static_cast<std::ptrdiff_t>(begin),
                       all.begin() + static_cast<std::ptrdiff_t>(begin + size));
  return parts;
}

std::vector<double> joined(const std::vector<std::vector<double>>& parts) {
  std::vector<double> all;
  for (const std::vector<double>& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

Lbfgs solver_of(const SolverState& state, std::size_t size) {
  Lbfgs solver;
  solver.x = sized_array(state, "map", size);
  solver.gradient = sized_array(state, "gradient", size);
  solver.value = sized_array(state, "value", 1)[0];
  solver.iteration = checked_count(sized_array(state, "iteration", 1)[0]);
  const std::size_t pairs = std::min(state.get("steps").size() / size, Lbfgs::kPairs);
  solver.steps = cut(sized_array(state, "steps", pairs * size), size);
  solver.changes = cut(sized_array(state, "changes", pairs * size), size);
  return solver;
}

class MapSolver final : public IterativeSolver {
 public:
  MapSolver(MapObjective& objective, const std::vector<double>& start, double tolerance,
            const SolverState* resume)
      : objective_(objective), tolerance_(tolerance) {
    if (resume != nullptr) {
      const std::int64_t terms = checked_count_or_none(sized_array(*resume, "terms", 1)[0]);
      if (terms > 0) objective_.use_terms(terms);
      solver_ = solver_of(*resume, start.size());
      if (!resume->get("bound").empty()) proven_ = sized_array(*resume, "bound", 1)[0];
    } else {
      solver_ = Lbfgs(start, function());
    }
    check_finite(solver_.value, 0);
  }

  IterationOutcome iterate(std::int64_t number) override {
    const double before = solver_.value;
    IterationOutcome outcome;
    if (solver_.step(function())) {
      check_finite(solver_.gradient_norm(), number);
      const std::optional<double> bound = objective_.lower_bound();
      if (bound) proven_ = std::max(proven_, *bound);
      // What is to be gained.
      const double possible = bound ? solver_.value - proven_ : before - solver_.value;
      outcome.converged = possible <= tolerance() * std::abs(before);
      outcome.record = IterationRecord{.iteration = number,
                                       .objective = solver_.value,
                                       .active = objective_.active(),
                                       .gradient_norm = solver_.gradient_norm(),
                                       .terms = objective_.terms(),
                                       .gap = std::isfinite(proven_) ? solver_.value - proven_ : -1};
    } else {
      outcome.converged = true;
    }
    if (outcome.converged && !objective_.complete()) {
      outcome.converged = false;
      objective_.use_terms(4 * objective_.terms());
      solver_.value = objective_.evaluate(solver_.x, solver_.gradient);
      check_finite(solver_.value, number);
    }
    return outcome;
  }

  [[nodiscard]] SolverState state() const override {
    SolverState state;
    state.arrays = {{"map", solver_.x},
                    {"gradient", solver_.gradient},
                    {"value", {solver_.value}},
                    {"steps", joined(solver_.steps)},
                    {"changes", joined(solver_.changes)},
                    {"bound", std::isfinite(proven_) ? std::vector<double>{proven_} : std::vector<double>{}},
                    {"terms", {static_cast<double>(objective_.terms())}}};
    return state;
  }

  /// L in floats. Throws Error (numerical) where a value is none.
  [[nodiscard]] Matrix map(std::int64_t rows, std::int64_t cols) const {
    Matrix l(rows, cols);
    for (std::int64_t i = 0; i < l.size(); ++i) {
      const double value = solver_.x[static_cast<std::size_t>(i)];
      l.data()[i] = static_cast<float>(value);
      if (!std::isfinite(l.data()[i])) check_finite(value * INFINITY, solver_.iteration);
    }
    return l;
  }

 private:
  [[nodiscard]] DifferentiableFunction function() {
    return [this](std::span<const double> l, std::span<double> gradient) {
      return objective_.evaluate(l, gradient);
    };
  }

  [[nodiscard]] double tolerance() const {
    constexpr double kOfAPart = 1e-3;
    return objective_.complete() ? tolerance_ : std::max(tolerance_, kOfAPart);
  }

  MapObjective& objective_;
  double tolerance_;
  Lbfgs solver_;
  double proven_ = -std::numeric_limits<double>::infinity();  // the greatest lower bound so far
};

}  // namespace

LearnedMap minimise(MapObjective& objective, const StartingMap& start, const IterationLimits& limits,
                    const LearnerOptions& options, const IterationProgress& progress) {
  MapSolver solver(objective, start.l, limits.tolerance, options.resume);
  LearnedMap learned = run_iterations(solver, limits, options, progress);
  learned.l = solver.map(start.rows, start.cols);
  learned.notes = start.notes;
  if (!objective.complete()) {
    learned.notes.push_back("stopped with no more than " + counted(objective.terms(), "row") +
                            " in the sum; the others follow after more iterations");
  }
  return learned;
}

}  // namespace nearfar
