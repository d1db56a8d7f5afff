// supcon: for every anchor with a positive, the mean over its positives of
//   -log e^{s_p/T} / sum_{j != a} e^{s_j/T}
// (the sum over positives outside the logarithm). With z = s / T, q_j = e^{z_j} / sum: dz_j = q_j - [j is
// positive] / |P|. Source: Khosla et al. 2020, arXiv:2004.11362, eq. 2.
#include "nearfar/loss/anchor_terms.h"
#include "nearfar/loss/option_rows.h"
#include "nearfar/loss/table.h"

namespace nearfar::loss_rows {
namespace {

constexpr std::array kOptions{temperature(0.1)};

LossValue evaluate(LossBatch& batch) {
  const double scale = 1 / batch.options.temperature;
  return over_anchors(batch, batch.relations_in_batch(true), Needs::positive,
                      [&](const AnchorRow& anchor, LossBatch::Sum& sum, SoftMax& all, SoftMax& /*unused*/) {
                        all.over(
                            anchor.cols, [&](std::int64_t j) { return scale * anchor.similarity(j); },
                            [&](std::int64_t j) { return anchor.relations[j] != Relation::none; });
                        const double share = 1 / static_cast<double>(anchor.positives);
                        const double positives = lane_sum<double>(anchor.cols, [&](std::int64_t j) {
                          return anchor.is_positive(j) ? anchor.similarity(j) : 0.0;
                        });
                        sum.add(std::max(0.0, all.log_sum() - scale * share * positives));
                        for (std::int64_t j = 0; j < anchor.cols; ++j)
                          anchor.weights[j] += anchor.is_positive(j) ? scale * share : 0.0;
                        all.add_shares(-scale, anchor.weights);
                      });
}

}  // namespace

LossInfo supcon() {
  return {.name = "supcon",
          .meaning = "all positives of an anchor against all rows",
          .formula = "-1/|P| sum_p log e^{s_p/T} / sum_j e^{s_j/T}, j all other rows",
          .source = "Khosla et al. 2020, arXiv:2004.11362, eq. 2",
          .options = kOptions,
          .distances = kSimilarity,
          .from_labels = true,
          .from_pairs = true,
          .from_triplets = true,
          .over_distances = evaluate};
}

}  // namespace nearfar::loss_rows
