#include "nearfar/mahalanobis/iterate.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "nearfar/core/advice.h"
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

// What the iterations have come to, beside the solver.
struct Reached {
  double proven = -std::numeric_limits<double>::infinity();  // the greatest lower bound so far
  bool converged = false;
  std::optional<IterationRecord> last;
};

SolverState state_of(const Lbfgs& solver, const Reached& reached) {
  SolverState state;
  state.arrays = {{"map", solver.x},
                  {"gradient", solver.gradient},
                  {"value", {solver.value}},
                  {"iteration", {static_cast<double>(solver.iteration)}},
                  {"steps", {}},
                  {"changes", {}},
                  {"bound", {reached.proven}},
                  {"converged", {reached.converged ? 1.0 : 0.0}},
                  {"last", {}}};
  if (reached.last) {
    const IterationRecord& last = *reached.last;
    state.arrays.back().second = {static_cast<double>(last.iteration), last.objective,
                                  static_cast<double>(last.active), last.gradient_norm};
  }
  for (const auto& step : solver.steps) {
    auto& all = state.arrays[4].second;
    all.insert(all.end(), step.begin(), step.end());
  }
  for (const auto& change : solver.changes) {
    auto& all = state.arrays[5].second;
    all.insert(all.end(), change.begin(), change.end());
  }
  return state;
}

std::vector<std::vector<double>> cut(const std::vector<double>& all, std::size_t size) {
  std::vector<std::vector<double>> parts;
  for (std::size_t begin = 0; begin < all.size(); begin += size)
    parts.emplace_back(all.begin() + static_cast<std::ptrdiff_t>(begin),
                       all.begin() + static_cast<std::ptrdiff_t>(begin + size));
  return parts;
}

[[noreturn]] void refuse_state() {
  data_error("the state of the iterations is of another problem", {}, kStartAnew);
}

Lbfgs solver_of(const SolverState& state, std::size_t size) {
  Lbfgs solver;
  solver.x = state.get("map");
  solver.gradient = state.get("gradient");
  const std::vector<double>& steps = state.get("steps");
  const bool fits = solver.x.size() == size && solver.gradient.size() == size && steps.size() % size == 0 &&
                    steps.size() / size <= Lbfgs::kPairs && state.get("changes").size() == steps.size() &&
                    state.get("value").size() == 1 && state.get("iteration").size() == 1;
  if (!fits) refuse_state();
  solver.value = state.get("value")[0];
  solver.iteration = static_cast<std::int64_t>(state.get("iteration")[0]);
  solver.steps = cut(steps, size);
  solver.changes = cut(state.get("changes"), size);
  return solver;
}

Reached reached_of(const SolverState& state) {
  Reached reached;
  const std::vector<double>& last = state.get("last");
  if (state.get("bound").size() != 1 || state.get("converged").size() != 1 ||
      (!last.empty() && last.size() != 4)) {
    refuse_state();
  }
  reached.proven = state.get("bound")[0];
  reached.converged = state.get("converged")[0] != 0;
  if (!last.empty()) {
    reached.last = IterationRecord{.iteration = static_cast<std::int64_t>(last[0]),
                                   .objective = last[1],
                                   .active = static_cast<std::int64_t>(last[2]),
                                   .gradient_norm = last[3]};
  }
  return reached;
}

}  // namespace

IterationLimits limits_of(const LearnerOptions& options, IterationLimits defaults) {
  if (options.max_iterations) defaults.max_iterations = *options.max_iterations;
  if (options.tolerance) {
    if (!(*options.tolerance >= 0) || std::isinf(*options.tolerance))
      usage_error("--tolerance " + number_text(*options.tolerance) + ": expected a number of 0 or more",
                  "for example --tolerance 1e-5");
    defaults.tolerance = *options.tolerance;
  }
  return defaults;
}

LearnedMap minimise(MapObjective& objective, const StartingMap& start, const IterationLimits& limits,
                    const LearnerOptions& options, const IterationProgress& progress) {
  const auto f = [&](std::span<const double> l, std::span<double> gradient) {
    return objective.evaluate(l, gradient);
  };
  Lbfgs solver = options.resume != nullptr ? solver_of(*options.resume, start.l.size()) : Lbfgs(start.l, f);
  check_finite(solver.value, 0);
  Reached reached = options.resume != nullptr ? reached_of(*options.resume) : Reached();
  LearnedMap learned;
  if (reached.last) learned.history.push_back(*reached.last);
  while (!reached.converged && solver.iteration < limits.max_iterations) {
    const double before = solver.value;
    if (solver.step(f)) {
      check_finite(solver.gradient_norm(), solver.iteration);
      const IterationRecord record{.iteration = solver.iteration,
                                   .objective = solver.value,
                                   .active = objective.active(),
                                   .gradient_norm = solver.gradient_norm()};
      reached.last = record;
      learned.history.push_back(record);
      if (progress) progress(record);
      const std::optional<double> bound = objective.lower_bound();
      if (bound) reached.proven = std::max(reached.proven, *bound);
      // What is to be gained.
      const double possible = bound ? solver.value - reached.proven : before - solver.value;
      reached.converged = possible <= limits.tolerance * std::abs(before);
    } else {
      reached.converged = true;
    }
    const bool stop = options.stop && options.stop();
    const bool last = stop || reached.converged || solver.iteration >= limits.max_iterations;
    if (options.checkpoint) options.checkpoint([&] { return state_of(solver, reached); }, last);
    if (stop) throw Interrupted();
  }
  learned.convergence = reached.converged ? Convergence::converged : Convergence::stopped;
  learned.l = Matrix(start.rows, start.cols);
  for (std::int64_t i = 0; i < learned.l.size(); ++i) {
    const double value = solver.x[static_cast<std::size_t>(i)];
    learned.l.data()[i] = static_cast<float>(value);
    if (!std::isfinite(learned.l.data()[i])) check_finite(value * INFINITY, solver.iteration);
  }
  learned.notes = start.notes;
  return learned;
}

}  // namespace nearfar
