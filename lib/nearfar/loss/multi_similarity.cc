// multi-similarity: for every anchor
//   1/alpha log(1 + sum_p e^{-alpha (s_p - base)}) + 1/beta log(1 + sum_n e^{beta (s_n - base)}).
// Slopes by s: -sigmoid(log-sum) x share of p, and + the same of n; dd = -ds. The mean is over all anchors.
// Source: Wang, Han, Huang, Dong, Scott 2019, arXiv:1904.06627, eq. 15; its pair mining: --miner
// multi-similarity.
#include "nearfar/loss/anchor_terms.h"
#include "nearfar/loss/option_rows.h"
#include "nearfar/loss/table.h"

namespace nearfar::loss_rows {
namespace {

constexpr std::array kOptions{
    number("alpha", "weight of hard positives", &LossOptions::alpha, LossRange::positive, 2),
    number("beta", "weight of hard negatives", &LossOptions::beta, LossRange::positive, 50),
    number("base", "the similarity between near and far", &LossOptions::base, LossRange::any, 0.5),
};

LossValue evaluate(LossBatch& batch) {
  const LossOptions& options = batch.options;
  return over_anchors(
      batch, batch.relations(), Needs::anything,
      [&](const AnchorRow& anchor, LossBatch::Sum& sum, SoftMax& positives, SoftMax& negatives) {
        positives.over(
            anchor.cols,
            [&](std::int64_t j) { return -options.alpha * (anchor.similarity(j) - options.base); },
            [&](std::int64_t j) { return anchor.is_positive(j); });
        negatives.over(
            anchor.cols, [&](std::int64_t j) { return options.beta * (anchor.similarity(j) - options.base); },
            [&](std::int64_t j) { return anchor.is_negative(j); });
        sum.add(softplus(positives.log_sum()) / options.alpha + softplus(negatives.log_sum()) / options.beta);
        positives.add_shares(sigmoid(positives.log_sum()), anchor.weights);
        negatives.add_shares(-sigmoid(negatives.log_sum()), anchor.weights);
      });
}

}  // namespace

LossInfo multi_similarity() {
  return {.name = "multi-similarity",
          .meaning = "an anchor's hard positives and hard negatives, each weighed by the others",
          .formula =
              "1/alpha log(1 + sum_p e^{-alpha (s_p - base)}) + 1/beta log(1 + sum_n e^{beta (s_n - base)})",
          .source = "Wang, Han, Huang, Dong, Scott 2019, arXiv:1904.06627, eq. 15",
          .options = kOptions,
          .distances = kCosine,
          .from_labels = true,
          .from_pairs = true,
          .from_triplets = true,
          .over_distances = evaluate};
}

}  // namespace nearfar::loss_rows
