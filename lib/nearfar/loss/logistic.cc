// logistic: a pair is the same with probability 1 / (1 + e^{d - b}); the loss is its cross-entropy,
//   softplus(d - b) for a similar pair, softplus(b - d) for a dissimilar one.
// Slope by d: sigmoid(d - b), -sigmoid(b - d); by b the negative sum of both. The trained b is the distance
// at which either is as likely: the model's threshold. Source: Guillaumin, Verbeek, Schmid 2009, ICCV, eq. 4
// (LDML, there with squared distances).
#include "nearfar/loss/option_rows.h"
#include "nearfar/loss/pair_terms.h"
#include "nearfar/loss/soft.h"
#include "nearfar/loss/table.h"

namespace nearfar::loss_rows {
namespace {

constexpr std::array kDistances{DistanceKind::euclidean, DistanceKind::sqeuclidean};

LossValue evaluate(LossBatch& batch) {
  const double b = batch.own_number;
  const LossValue loss = over_pairs(
      batch, true,
      [b](double d) {
        return PairTerm{softplus(d - b), sigmoid(d - b)};
      },
      [b](double d) {
        return PairTerm{softplus(b - d), -sigmoid(b - d)};
      });
  for (const double weight : batch.weights) batch.own_gradient -= weight;
  return loss;
}

}  // namespace

LossInfo logistic() {
  return {.name = "logistic",
          .meaning = "pairs: the probability of being the same, with a trained threshold",
          .formula = "cross-entropy of 1 / (1 + e^{d - b})",
          .source = "Guillaumin, Verbeek, Schmid 2009, ICCV, eq. 4",
          .options = {},
          .distances = kDistances,
          .from_labels = true,
          .from_pairs = true,
          .from_triplets = true,
          .own = OwnWeights::threshold,
          .over_distances = evaluate};
}

}  // namespace nearfar::loss_rows
