// nca: -log (sum_p e^{-d_p/T} / sum_{j != a} e^{-d_j/T}) for every anchor with a positive, that is
// softplus(log sum_n e^{-d_n/T} - log sum_p e^{-d_p/T}). With g = sigmoid(...) / T: slope g share_p of d_p,
// -g share_n of d_n. Source: Goldberger, Roweis, Hinton, Salakhutdinov 2004 (there the sum of probabilities);
// over batches: Movshovitz-Attias et al. 2017, arXiv:1703.07464, eq. 2.
#include "nearfar/loss/anchor_terms.h"
#include "nearfar/loss/option_rows.h"
#include "nearfar/loss/table.h"

namespace nearfar::loss_rows {
namespace {

constexpr std::array kOptions{number("temperature", "what distances are divided by",
                                     &LossOptions::temperature, LossRange::positive, 1, 0.1)};
constexpr std::array kDistances{DistanceKind::sqeuclidean, DistanceKind::euclidean, DistanceKind::cosine};

LossValue evaluate(LossBatch& batch) {
  const double scale = 1 / batch.options.temperature;
  return over_anchors(
      batch, batch.relations(), Needs::positive,
      [&](const AnchorRow& anchor, LossBatch::Sum& sum, SoftMax& positives, SoftMax& negatives) {
        const auto z = [&](std::int64_t j) { return -scale * anchor.distances[j]; };
        positives.over(anchor.cols, z, [&](std::int64_t j) { return anchor.is_positive(j); });
        negatives.over(anchor.cols, z, [&](std::int64_t j) { return anchor.is_negative(j); });
        const double x = negatives.log_sum() - positives.log_sum();
        sum.add(softplus(x));
        positives.add_shares(scale * sigmoid(x), anchor.weights);
        negatives.add_shares(-scale * sigmoid(x), anchor.weights);
      });
}

}  // namespace

LossInfo nca() {
  return {.name = "nca",
          .meaning = "the chance that a neighbour drawn by nearness is of the same class",
          .formula = "-log (sum_p e^{-d_p/T} / sum_j e^{-d_j/T})",
          .source = "Goldberger, Roweis, Hinton, Salakhutdinov 2004, NIPS 17",
          .options = kOptions,
          .distances = kDistances,
          .from_labels = true,
          .from_pairs = true,
          .from_triplets = true,
          .over_distances = evaluate};
}

}  // namespace nearfar::loss_rows
