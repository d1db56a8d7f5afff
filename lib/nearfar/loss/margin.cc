// margin: [d_p - beta + margin]+ for a similar pair, [beta - d_n + margin]+ for a dissimilar one, all of them
// one sum, by default divided by the number of those above 0. Slopes 1, -1. beta stays as given.
// Source: Wu, Manmatha, Smola, Kraehenbuehl 2017, arXiv:1706.07567, eq. 6; its mining: --miner
// distance-weighted.
#include "nearfar/loss/option_rows.h"
#include "nearfar/loss/pair_terms.h"
#include "nearfar/loss/table.h"

namespace nearfar::loss_rows {
namespace {

constexpr std::array kOptions{
    number("margin", "half the gap between similar and dissimilar pairs", &LossOptions::margin,
           LossRange::distance, 0.2, 0.1),
    number("beta", "the distance between similar and dissimilar pairs", &LossOptions::beta,
           LossRange::distance, 1.2, 0.7),
};
constexpr std::array kDistances{DistanceKind::euclidean, DistanceKind::cosine};

LossValue evaluate(LossBatch& batch) {
  const double beta = batch.options.beta;
  const double margin = batch.options.margin;
  return over_pairs(
      batch, true, [=](double d) { return hinge(d - beta + margin, 1); },
      [=](double d) { return hinge(beta - d + margin, -1); });
}

}  // namespace

LossInfo margin_loss() {
  return {.name = "margin",
          .meaning = "pairs: similar ones within beta - margin, dissimilar ones beyond beta + margin",
          .formula = "[d_p - beta + margin]+ + [beta - d_n + margin]+",
          .source = "Wu, Manmatha, Smola, Kraehenbuehl 2017, arXiv:1706.07567, eq. 6",
          .options = kOptions,
          .distances = kDistances,
          .from_labels = true,
          .from_pairs = true,
          .from_triplets = true,
          .reduction = Reduction::mean_nonzero,
          .over_distances = evaluate};
}

}  // namespace nearfar::loss_rows
