#pragma once

#include "nearfar/core/export.h"
#include "nearfar/evaluation/pair_evaluation.h"
#include "nearfar/evaluation/portrait.h"

namespace nearfar {

/// What a page shows of scored tuples: of pairs that are similar or not the ROC and the precision-recall
/// curve through all thresholds (thinned to steps that can be seen) and the distances of both kinds; of
/// triplets and quadruplets the distances that should be small and large. O(n).
[[nodiscard]] NEARFAR_EXPORT Portrait pair_portrait(const ScoredTuples& tuples, PairEvaluation& evaluation);

}  // namespace nearfar
