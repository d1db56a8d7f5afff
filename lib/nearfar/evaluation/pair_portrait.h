#pragma once

#include <cstdint>
#include <optional>

#include "nearfar/core/export.h"
#include "nearfar/evaluation/hardest_tuples.h"
#include "nearfar/evaluation/pair_evaluation.h"
#include "nearfar/evaluation/portrait.h"

namespace nearfar {

/// What a page shows of scored tuples: of pairs that are similar or not the ROC and the precision-recall
/// curve through all thresholds (thinned to steps that can be seen) and the distances of both kinds, with the
/// `threshold` that holds for all of them, if there is one; of graded pairs the distances against what is
/// true, of a sample drawn by `seed`; of triplets and quadruplets the distances that should be small and
/// large; and hardest_tuples() of each. O(n), of graded pairs O(n log n).
[[nodiscard]] NEARFAR_EXPORT Portrait pair_portrait(const ScoredTuples& tuples, PairEvaluation& evaluation,
                                                    std::optional<float> threshold, std::uint64_t seed,
                                                    const ItemPicture& picture);

}  // namespace nearfar
