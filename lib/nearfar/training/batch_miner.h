#pragma once

#include <cstdint>

#include "nearfar/core/export.h"
#include "nearfar/data/tuples.h"
#include "nearfar/loss/loss.h"
#include "nearfar/metric/distance.h"
#include "nearfar/mining/strategy.h"

namespace nearfar {

/// A mining strategy inside each batch: the loss then looks at what it chooses, and at nothing else.
struct BatchMining {
  const MiningStrategy* strategy = nullptr;  ///< null: none
  StrategyParameters parameters;
};

/// Throws Error (usage) where the loss cannot look at chosen tuples, or the strategy has no meaning for the
/// distance.
NEARFAR_EXPORT void check_batch_mining(const BatchMining& mining, const LossInfo& loss, DistanceKind distance,
                                       bool normalize);

/// The choice of the strategy among the rows of one batch, by their labels, all that it allows: pairs of an
/// anchor where the strategy chooses pairs and the loss takes them, else triplets. The same functions choose
/// that mk-triplets calls, so they choose the same of the same rows. Empty where no row has both a positive
/// and a negative. Draws (random, distance-weighted) depend on seed and step. O(n^2 (dim + log n)).
[[nodiscard]] NEARFAR_EXPORT Tuples mine_batch(const BatchMining& mining, const LossInfo& loss,
                                               DistanceKind distance, MatrixView rows,
                                               const Supervision& labels, std::uint64_t seed,
                                               std::int64_t step);

}  // namespace nearfar
