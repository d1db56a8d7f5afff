// circle: log(1 + sum_n e^{gamma a_n (s_n - m)} sum_p e^{-gamma a_p (s_p - (1 - m))}) for every anchor with a
// positive and a negative, with the weights a_p = [1 + m - s_p]+, a_n = [s_n + m]+ held constant in the
// gradient. Slopes by s: sigmoid(x) gamma a_n share_n, -sigmoid(x) gamma a_p share_p; dd = -ds.
// Source: Sun et al. 2020, arXiv:2002.10857, eq. 6 and 8; constant weights: section 3.1.
#include "nearfar/loss/anchor_terms.h"
#include "nearfar/loss/option_rows.h"
#include "nearfar/loss/table.h"

namespace nearfar::loss_rows {
namespace {

constexpr std::array kOptions{
    number("margin", "relaxation of the circle", &LossOptions::margin, LossRange::not_negative, 0.25),
    number("gamma", "scale of similarities", &LossOptions::gamma, LossRange::positive, 16),
};

LossValue evaluate(LossBatch& batch) {
  const double m = batch.options.margin;
  const double gamma = batch.options.gamma;
  return over_anchors(
      batch, batch.relations(), Needs::both,
      [&](const AnchorRow& anchor, LossBatch::Sum& sum, SoftMax& positives, SoftMax& negatives) {
        const auto a_p = [&](std::int64_t j) { return std::max(0.0, 1 + m - anchor.similarity(j)); };
        const auto a_n = [&](std::int64_t j) { return std::max(0.0, anchor.similarity(j) + m); };
        positives.over(
            anchor.cols, [&](std::int64_t j) { return -gamma * a_p(j) * (anchor.similarity(j) - (1 - m)); },
            [&](std::int64_t j) { return anchor.is_positive(j); });
        negatives.over(
            anchor.cols, [&](std::int64_t j) { return gamma * a_n(j) * (anchor.similarity(j) - m); },
            [&](std::int64_t j) { return anchor.is_negative(j); });
        const double x = positives.log_sum() + negatives.log_sum();
        sum.add(softplus(x));
        const double g = gamma * sigmoid(x);
        for (std::int64_t j = 0; j < anchor.cols; ++j)
          anchor.weights[j] += g * (a_p(j) * positives.share(j) - a_n(j) * negatives.share(j));
      });
}

}  // namespace

LossInfo circle() {
  return {.name = "circle",
          .meaning = "an anchor's positives and negatives, each at its own pace",
          .formula =
              "log(1 + sum_n e^{gamma a_n (s_n - m)} sum_p e^{-gamma a_p (s_p - 1 + m)}), a_p = [1 + m - "
              "s_p]+ and a_n = [s_n + m]+ constant in the gradient",
          .source = "Sun et al. 2020, arXiv:2002.10857, eq. 6",
          .options = kOptions,
          .distances = kCosine,
          .from_labels = true,
          .from_pairs = true,
          .from_triplets = true,
          .over_distances = evaluate};
}

}  // namespace nearfar::loss_rows
