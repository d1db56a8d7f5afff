#pragma once

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "nearfar/core/parallel.h"
#include "nearfar/loss/loss_batch.h"
#include "nearfar/loss/soft.h"

namespace nearfar {

/// One row of a batch and its relation to all columns.
struct AnchorRow {
  std::int64_t row = 0;
  std::int64_t cols = 0;
  const double* distances = nullptr;
  const Relation* relations = nullptr;
  double* weights = nullptr;  ///< of this row
  double one = 0;             ///< similarity = one - distance
  std::int64_t positives = 0;
  std::int64_t negatives = 0;

  [[nodiscard]] bool is_positive(std::int64_t j) const { return relations[j] == Relation::positive; }
  [[nodiscard]] bool is_negative(std::int64_t j) const { return relations[j] == Relation::negative; }
  [[nodiscard]] double similarity(std::int64_t j) const { return one - distances[j]; }
};

/// What an anchor needs to be looked at.
enum class Needs { anything, positive, both };

/// What the losses that are a sum over anchors share: term(anchor, sum, first, second) for every row that has
/// what it needs, on all threads; it adds its terms to `sum` and their derivatives to the anchor's weights.
/// The two SoftMax are scratch. Then the reduction.
template <class Term>
LossValue over_anchors(LossBatch& batch, const std::vector<Relation>& relations, Needs needs, Term term) {
  constexpr std::int64_t kBlock = 160;  // for fewer it takes longer to wake a thread than to do them
  const std::int64_t n = batch.rows();
  const std::int64_t m = batch.cols();
  std::vector<LossBatch::Sum> sums(static_cast<std::size_t>(n));
  parallel_ranges(n, kBlock, [&](std::int64_t begin, std::int64_t end) {
    SoftMax first;
    SoftMax second;
    for (std::int64_t i = begin; i < end; ++i) {
      AnchorRow anchor{i,
                       m,
                       batch.distances.row(i),
                       relations.data() + i * m,
                       batch.weights_of(i),
                       batch.distances.kind == DistanceKind::cosine ? 1.0 : 0.0};
      for (std::int64_t j = 0; j < m; ++j) {
        anchor.positives += anchor.is_positive(j) ? 1 : 0;
        anchor.negatives += anchor.is_negative(j) ? 1 : 0;
      }
      if (anchor.positives + anchor.negatives == 0) continue;
      if (needs != Needs::anything && anchor.positives == 0) continue;
      if (needs == Needs::both && anchor.negatives == 0) continue;
      term(anchor, sums[static_cast<std::size_t>(i)], first, second);
    }
  });
  LossBatch::Sum total;
  for (const LossBatch::Sum& sum : sums) {
    total.value += sum.value;
    total.terms += sum.terms;
    total.active += sum.active;
  }
  return batch.reduced(total);
}

/// A positive's similarity as a loss sees it, and its derivative.
struct Seen {
  double value = 0;
  double slope = 1;
};
[[nodiscard]] inline Seen as_it_is(double s) { return {s, 1}; }

/// cos(angle + margin) for s = cos(angle); s - margin sin(margin) where the moved angle would pass pi. At s =
/// 1 and -1, where the angle has no derivative, the slope counts as 0.
[[nodiscard]] inline Seen angle_moved(double s, double margin) {
  const double angle = std::acos(std::clamp(s, -1.0, 1.0));
  if (angle + margin > std::numbers::pi) return {s - margin * std::sin(margin), 1};
  const double sine = std::sin(angle);
  return {std::cos(angle + margin), sine > 1e-7 ? std::sin(angle + margin) / sine : 0};
}

/// What the softmax losses share: for every anchor and each of its positives
///   -log e^{z_p} / (e^{z_p} + sum_n e^{z_n}) = softplus(log sum_n e^{z_n} - z_p),
/// z_n = scale s_n and z_p = scale seen(s_p). An anchor's other positives are not in the denominator.
/// With g_p = sigmoid(...): dz_p = -g_p, dz_n = (sum_p g_p) e^{z_n} / sum e^{z_n}; and dd = -ds.
template <class SeenAs>
LossValue against_negatives(LossBatch& batch, const std::vector<Relation>& relations, double scale,
                            SeenAs seen) {
  return over_anchors(
      batch, relations, Needs::positive,
      [&](const AnchorRow& anchor, LossBatch::Sum& sum, SoftMax& negatives, SoftMax& /*unused*/) {
        negatives.over(
            anchor.cols, [&](std::int64_t j) { return scale * anchor.similarity(j); },
            [&](std::int64_t j) { return anchor.is_negative(j); });
        double pull = 0;
        for (std::int64_t j = 0; j < anchor.cols; ++j) {
          if (!anchor.is_positive(j)) continue;
          const Seen positive = seen(anchor.similarity(j));
          const double x = negatives.log_sum() - scale * positive.value;
          const double g = sigmoid(x);
          sum.add(softplus(x));
          anchor.weights[j] += scale * g * positive.slope;
          pull += g;
        }
        negatives.add_shares(-scale * pull, anchor.weights);
      });
}

}  // namespace nearfar
