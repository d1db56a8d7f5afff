#pragma once

#include <vector>

#include "nearfar/loss/loss.h"
#include "nearfar/loss/rows.h"

namespace nearfar {

/// A loss over one batch with its gradients.
template <class Scalar>
struct Evaluation {
  LossValue loss;
  std::vector<Scalar> gradient;      ///< by the n x dim embeddings
  std::vector<Scalar> own_gradient;  ///< by the loss's own weights
};

/// `own` holds the loss's own weights (OwnWeights): class vectors as rows, or one number; `memory` rows of
/// earlier batches, whose labels follow those of the batch in the supervision, and which pass no gradient. In
/// float this is what training runs; in double it is the formula to the last digits. O(n (n + memory) dim)
/// operations. The same bits for any number of threads.
template <class Scalar>
[[nodiscard]] Evaluation<Scalar> evaluate_batch(const LossInfo& loss, const LossOptions& options,
                                                DistanceKind distance, Rows<Scalar> embeddings,
                                                const Supervision& supervision, Rows<Scalar> own = {},
                                                Rows<Scalar> memory = {});

}  // namespace nearfar
