#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "nearfar/mahalanobis/learner.h"

namespace nearfar {

/// When the iterations end.
struct IterationLimits {
  std::int64_t max_iterations = 0;
  double tolerance = 0;
};

/// The limits that the options ask for. Throws Error (usage) for a tolerance below 0.
[[nodiscard]] IterationLimits limits_of(const LearnerOptions& options, IterationLimits defaults);

/// What one iteration has come to.
struct IterationOutcome {
  std::optional<IterationRecord> record;  ///< nothing where there was no step to take
  bool converged = false;
  bool stuck = false;  ///< no step can be taken, and that is not convergence
};

/// A solver between two iterations.
class IterativeSolver {
 public:
  virtual ~IterativeSolver() = default;
  /// The iteration of this number, from 1.
  [[nodiscard]] virtual IterationOutcome iterate(std::int64_t number) = 0;
  /// All that the next iteration depends on.
  [[nodiscard]] virtual SolverState state() const = 0;
};

/// Iterates until the solver has converged, is stuck, or has reached the limit, and gives what of a learned
/// map tells of that; the map is for the caller to take from the solver. Of the options checkpoint, resume
/// and stop are read: a solver that was made from options.resume goes on behind its last iteration, and the
/// same bits come out. Throws Error (data) for a state to resume that is none; and Interrupted, for which the
/// last state has been shown to checkpoint.
[[nodiscard]] LearnedMap run_iterations(IterativeSolver& solver, const IterationLimits& limits,
                                        const LearnerOptions& options, const IterationProgress& progress);

/// An array of a state that must have `size` values. Throws Error (data) for another number of them.
[[nodiscard]] const std::vector<double>& sized_array(const SolverState& state, std::string_view name,
                                                     std::size_t size);

}  // namespace nearfar
