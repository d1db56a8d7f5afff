// lifted-structure: for every positive pair (a, p), with n the negatives of a and k those of p,
//   1/2 ([d_ap - pos + log(sum_n e^{neg - d_an} + sum_k e^{neg - d_pk})]+)^2;
// slope x = [...]+ of d_ap, -x e^{neg - d} / sum of the others. Mean over pairs, each counted from both
// sides. Source: Song, Xiang, Jegelka, Savarese 2016, arXiv:1511.06452, eq. 4. generalized-lifted-structure:
// for every anchor
//   [log sum_p e^{d_p - pos} + log sum_n e^{neg - d_n}]+, a sum over nothing counting as 0;
// slopes the shares of each sum. Source: Hermans, Beyer, Leibe 2017, arXiv:1703.07737, eq. 8.
#include "nearfar/loss/anchor_terms.h"
#include "nearfar/loss/option_rows.h"
#include "nearfar/loss/table.h"

namespace nearfar::loss_rows {
namespace {

constexpr std::array kOptions{
    number("pos-margin", "taken from the distance of similar pairs", &LossOptions::pos_margin,
           LossRange::distance, 0),
    number("neg-margin", "dissimilar pairs nearer than this weigh most", &LossOptions::neg_margin,
           LossRange::distance, 1, 0.5),
};
constexpr std::array kDistances{DistanceKind::euclidean, DistanceKind::cosine};

LossValue over_positive_pairs(LossBatch& batch) {
  const std::int64_t n = batch.rows();
  const std::int64_t m = batch.cols();
  const std::vector<Relation> relations = batch.relations();
  std::vector<SoftMax> negatives(static_cast<std::size_t>(n));
  for (std::int64_t i = 0; i < n; ++i) {
    negatives[static_cast<std::size_t>(i)].over(
        m, [&](std::int64_t j) { return batch.options.neg_margin - batch.distances(i, j); },
        [&](std::int64_t j) { return relations[static_cast<std::size_t>(i * m + j)] == Relation::negative; });
  }
  constexpr double kNone = -std::numeric_limits<double>::infinity();
  const auto log_of = [&](std::int64_t i) {
    return i < n ? negatives[static_cast<std::size_t>(i)].log_sum() : kNone;
  };
  LossBatch::Sum sum;
  std::vector<double> push(static_cast<std::size_t>(n));  // of each row's negatives
  for (std::int64_t a = 0; a < n; ++a) {
    for (std::int64_t p = 0; p < m; ++p) {
      if (relations[static_cast<std::size_t>(a * m + p)] != Relation::positive) continue;
      const double both = log_sum(log_of(a), log_of(p));
      const double x =
          both == kNone ? 0 : std::max(0.0, batch.distances(a, p) - batch.options.pos_margin + both);
      sum.add(x * x / 2);
      if (x == 0) continue;
      batch.weight(a, p) += x;
      push[static_cast<std::size_t>(a)] += x * std::exp(log_of(a) - both);
      if (p < n) push[static_cast<std::size_t>(p)] += x * std::exp(log_of(p) - both);
    }
  }
  for (std::int64_t i = 0; i < n; ++i)
    negatives[static_cast<std::size_t>(i)].add_shares(-push[static_cast<std::size_t>(i)],
                                                      batch.weights_of(i));
  return batch.reduced(sum);
}

LossValue generalized(LossBatch& batch) {
  const LossOptions& options = batch.options;
  return over_anchors(
      batch, batch.relations(), Needs::anything,
      [&](const AnchorRow& anchor, LossBatch::Sum& sum, SoftMax& positives, SoftMax& negatives) {
        positives.over(
            anchor.cols, [&](std::int64_t j) { return anchor.distances[j] - options.pos_margin; },
            [&](std::int64_t j) { return anchor.is_positive(j); });
        negatives.over(
            anchor.cols, [&](std::int64_t j) { return options.neg_margin - anchor.distances[j]; },
            [&](std::int64_t j) { return anchor.is_negative(j); });
        const double x = (anchor.positives > 0 ? positives.log_sum() : 0) +
                         (anchor.negatives > 0 ? negatives.log_sum() : 0);
        sum.add(std::max(0.0, x));
        if (x <= 0) return;
        positives.add_shares(1, anchor.weights);
        negatives.add_shares(-1, anchor.weights);
      });
}

}  // namespace

LossInfo lifted_structure() {
  return {.name = "lifted-structure",
          .meaning = "a positive pair against the negatives of both its rows",
          .formula = "1/2 ([d_ap - pos + log(sum_n e^{neg - d_an} + sum_k e^{neg - d_pk})]+)^2",
          .source = "Song, Xiang, Jegelka, Savarese 2016, arXiv:1511.06452, eq. 4",
          .options = kOptions,
          .distances = kDistances,
          .from_labels = true,
          .from_pairs = true,
          .from_triplets = true,
          .over_distances = over_positive_pairs};
}

LossInfo generalized_lifted_structure() {
  return {.name = "generalized-lifted-structure",
          .meaning = "an anchor's soft farthest positive against its soft nearest negative",
          .formula = "[log sum_p e^{d_p - pos} + log sum_n e^{neg - d_n}]+",
          .source = "Hermans, Beyer, Leibe 2017, arXiv:1703.07737, eq. 8",
          .options = kOptions,
          .distances = kDistances,
          .from_labels = true,
          .from_pairs = true,
          .from_triplets = true,
          .over_distances = generalized};
}

}  // namespace nearfar::loss_rows
