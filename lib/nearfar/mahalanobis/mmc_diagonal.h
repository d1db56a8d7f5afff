#pragma once

#include "nearfar/core/dense.h"
#include "nearfar/mahalanobis/constraint_pairs.h"
#include "nearfar/mahalanobis/iterations.h"

namespace nearfar {

/// MMC with one weight a feature: see mmc.cc. Starts at the diagonal of `start`; features of weight 0 are
/// left out of L. Throws Error (data) if the weights vanish altogether.
[[nodiscard]] LearnedMap mmc_diagonal(MatrixView x, const ConstraintPairs& pairs, const Dense& start,
                                      const IterationLimits& limits, const LearnerOptions& options,
                                      const IterationProgress& progress);

}  // namespace nearfar
