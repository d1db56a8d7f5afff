#include "nearfar/mahalanobis/iterations.h"

#include <cmath>

#include "nearfar/core/advice.h"
#include "nearfar/core/checked_count.h"
#include "nearfar/core/error.h"
#include "nearfar/core/text.h"

namespace nearfar {
namespace {

// What the iterations have come to, beside the solver.
struct Reached {
  bool converged = false;
  std::optional<IterationRecord> last;

  [[nodiscard]] std::int64_t iteration() const { return last ? last->iteration : 0; }
};

SolverState state_of(const IterativeSolver& solver, const Reached& reached) {
  SolverState state = solver.state();
  state.arrays.emplace_back("iteration", std::vector<double>{static_cast<double>(reached.iteration())});
  state.arrays.emplace_back("converged", std::vector<double>{reached.converged ? 1.0 : 0.0});
  std::vector<double> last;
  if (reached.last) {
    last = {reached.last->objective, static_cast<double>(reached.last->active), reached.last->gradient_norm,
            static_cast<double>(reached.last->terms), reached.last->gap};
  }
  state.arrays.emplace_back("last", std::move(last));
  return state;
}

Reached reached_of(const SolverState& state) {
  Reached reached;
  reached.converged = sized_array(state, "converged", 1)[0] != 0;
  const std::int64_t iteration = checked_count(sized_array(state, "iteration", 1)[0]);
  const std::vector<double>& last = sized_array(state, "last", iteration == 0 ? 0 : 5);
  if (!last.empty()) {
    reached.last = IterationRecord{.iteration = iteration,
                                   .objective = last[0],
                                   .active = checked_count_or_none(last[1]),
                                   .gradient_norm = last[2],
                                   .terms = checked_count_or_none(last[3]),
                                   .gap = last[4]};
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

const std::vector<double>& sized_array(const SolverState& state, std::string_view name, std::size_t size) {
  const std::vector<double>& values = state.get(name);
  if (values.size() != size) data_error("the state of the iterations is of another problem", {}, kStartAnew);
  return values;
}

LearnedMap run_iterations(IterativeSolver& solver, const IterationLimits& limits,
                          const LearnerOptions& options, const IterationProgress& progress) {
  Reached reached = options.resume != nullptr ? reached_of(*options.resume) : Reached();
  LearnedMap learned;
  if (reached.last) learned.history.push_back(*reached.last);
  bool stuck = false;
  while (!reached.converged && !stuck && reached.iteration() < limits.max_iterations) {
    const IterationOutcome outcome = solver.iterate(reached.iteration() + 1);
    reached.converged = outcome.converged;
    stuck = outcome.stuck;
    if (outcome.record) {
      reached.last = outcome.record;
      learned.history.push_back(*outcome.record);
      if (progress) progress(*outcome.record);
    }
    const bool stop = options.stop && options.stop();
    const bool last = stop || reached.converged || stuck || reached.iteration() >= limits.max_iterations;
    if (options.checkpoint) options.checkpoint([&] { return state_of(solver, reached); }, last);
    if (stop) throw Interrupted();
  }
  learned.convergence = reached.converged ? Convergence::converged : Convergence::stopped;
  return learned;
}

}  // namespace nearfar
