#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "nearfar/mahalanobis/learner.h"
#include "nearfar/mahalanobis/start.h"

namespace nearfar {

/// What an iterative learner minimises, as a function of its map L (rows x cols, row-major).
class MapObjective {
 public:
  virtual ~MapObjective() = default;
  /// The value; the gradient is written to `gradient`. The same L gives the same bits.
  virtual double evaluate(std::span<const double> l, std::span<double> gradient) = 0;
  /// Active constraints at the last evaluation; -1 where there are none to count.
  [[nodiscard]] virtual std::int64_t active() const { return -1; }
  /// A bound from below on the minimum, of the last evaluation; nothing where none is known.
  [[nodiscard]] virtual std::optional<double> lower_bound() const { return std::nullopt; }
};

/// When the iterations end.
struct IterationLimits {
  std::int64_t max_iterations = 0;
  double tolerance = 0;
};

/// The limits that the options ask for. Throws Error (usage) for a tolerance below 0.
[[nodiscard]] IterationLimits limits_of(const LearnerOptions& options, IterationLimits defaults);

/// L-BFGS from the start, or from options.resume: converged when an iteration lowers the objective by no more
/// than `tolerance` times its size, or when no step lowers it at all; where the objective knows a lower
/// bound, when the greatest of the bounds so far is within `tolerance` times the size of the value. Of the
/// options checkpoint, resume and stop are read; the same bits come out of a run that goes on from any state,
/// the last one too. Throws Error (numerical) when the objective is not finite, (data) for a state to resume
/// that is not of this problem; and Interrupted, for which the last state has been shown to checkpoint.
[[nodiscard]] LearnedMap minimise(MapObjective& objective, const StartingMap& start,
                                  const IterationLimits& limits, const LearnerOptions& options,
                                  const IterationProgress& progress);

}  // namespace nearfar
