#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "nearfar/mahalanobis/iterations.h"
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
  /// A sum over many terms may begin with a part of them, scaled to all: how many are in it, -1 where it has
  /// no such parts; whether that is all; and to take so many from now on.
  [[nodiscard]] virtual std::int64_t terms() const { return -1; }
  [[nodiscard]] virtual bool complete() const { return true; }
  virtual void use_terms(std::int64_t) {}
  /// A bound from below on the minimum, of the last evaluation; nothing where none is known.
  [[nodiscard]] virtual std::optional<double> lower_bound() const { return std::nullopt; }
};

/// L-BFGS from the start, or from options.resume: converged when an iteration lowers the objective by no more
/// than `tolerance` times its size, or when no step lowers it at all; where the objective knows a lower
/// bound, when the greatest of the bounds so far is within `tolerance` times the size of the value.
///
/// As long as the objective is a part of its sum, it takes four times as many terms, in place of converging,
/// when an iteration lowers it by no more than a thousandth: what is gained on a part beyond that is not
/// gained on the whole. The pairs of L-BFGS are kept. (Growing samples: Byrd, Chin, Nocedal, Wu, "Sample size
/// selection in optimization methods for machine learning", Mathematical Programming 134, 2012.) Only the
/// whole sum converges.
///
/// The rest is that of run_iterations(). Throws Error (numerical) when the objective is not finite, (data)
/// for a state to resume that is not of this problem; and Interrupted.
[[nodiscard]] LearnedMap minimise(MapObjective& objective, const StartingMap& start,
                                  const IterationLimits& limits, const LearnerOptions& options,
                                  const IterationProgress& progress);

}  // namespace nearfar
