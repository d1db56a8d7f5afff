// The contrastive losses: similar pairs are drawn together down to one margin, dissimilar ones pushed apart
// up to another.
//   contrastive          [d_p - pos]+ + [neg - d_n]+           slopes 1, -1
//   contrastive-squared  [d_p^2 - pos^2]+ + [neg^2 - d_n^2]+   slopes 2 d, -2 d
//   contrastive-hadsell  d_p^2 + ([neg - d_n]+)^2              slopes 2 d, -2 (neg - d)
//   snr-contrastive      contrastive with d = var(y - x) / var(x)
// From labels, pairs or triplets (the two pairs of each).
#include "nearfar/loss/option_rows.h"
#include "nearfar/loss/pair_terms.h"
#include "nearfar/loss/table.h"

namespace nearfar::loss_rows {
namespace {

constexpr LossOptionInfo pos_margin(double usual) {
  return number("pos-margin", "similar pairs nearer than this cost nothing", &LossOptions::pos_margin,
                LossRange::distance, usual);
}
constexpr LossOptionInfo neg_margin(double usual, double usual_cosine) {
  return number("neg-margin", "dissimilar pairs farther than this cost nothing", &LossOptions::neg_margin,
                LossRange::distance, usual, usual_cosine);
}
constexpr std::array kMargins{pos_margin(0), neg_margin(1, 0.5)};
constexpr std::array kNegMargin{neg_margin(1, 0.5)};
constexpr std::array kSnrMargins{pos_margin(0), neg_margin(0.5, 0.5)};
constexpr std::array kSnr{DistanceKind::snr};

LossValue hinges(LossBatch& batch) {
  const double pos = batch.options.pos_margin;
  const double neg = batch.options.neg_margin;
  return over_pairs(
      batch, false, [pos](double d) { return hinge(d - pos, 1); },
      [neg](double d) { return hinge(neg - d, -1); });
}

LossValue squared_hinges(LossBatch& batch) {
  const double pos = batch.options.pos_margin * batch.options.pos_margin;
  const double neg = batch.options.neg_margin * batch.options.neg_margin;
  return over_pairs(
      batch, false, [pos](double d) { return hinge(d * d - pos, 2 * d); },
      [neg](double d) { return hinge(neg - d * d, -2 * d); });
}

LossValue hadsell(LossBatch& batch) {
  const double neg = batch.options.neg_margin;
  return over_pairs(
      batch, false,
      [](double d) {
        return PairTerm{d * d, 2 * d};
      },
      [neg](double d) {
        const double x = neg - d;
        return PairTerm{x > 0 ? x * x : 0.0, x > 0 ? -2 * x : 0.0};
      });
}

}  // namespace

LossInfo contrastive() {
  return {.name = "contrastive",
          .meaning = "pairs: a margin for similar ones and one for dissimilar ones",
          .formula = "[d_p - pos]+ + [neg - d_n]+",
          .source = "Musgrave, Belongie, Lim 2020, arXiv:2003.08505 (margins of both signs)",
          .options = kMargins,
          .distances = kAnyDistance,
          .from_labels = true,
          .from_pairs = true,
          .from_triplets = true,
          .reduction = Reduction::mean_nonzero,
          .over_distances = hinges};
}

LossInfo contrastive_squared() {
  return {.name = "contrastive-squared",
          .meaning = "the same over squared distances, margins squared",
          .formula = "[d_p^2 - pos^2]+ + [neg^2 - d_n^2]+; with pos = 0: y d^2 + (1-y) max(0, m^2 - d^2)",
          .source = "Chopra, Hadsell, LeCun 2005 (squared distances)",
          .options = kMargins,
          .distances = kUnsquared,
          .from_labels = true,
          .from_pairs = true,
          .from_triplets = true,
          .reduction = Reduction::mean_nonzero,
          .over_distances = squared_hinges};
}

LossInfo contrastive_hadsell() {
  return {.name = "contrastive-hadsell",
          .meaning = "pairs: squared distances of similar ones, squared hinges of dissimilar ones",
          .formula = "d_p^2 + ([neg - d_n]+)^2",
          .source = "Hadsell, Chopra, LeCun 2006, CVPR, eq. 4 (there halved)",
          .options = kNegMargin,
          .distances = kUnsquared,
          .from_labels = true,
          .from_pairs = true,
          .from_triplets = true,
          .reduction = Reduction::mean_nonzero,
          .over_distances = hadsell};
}

LossInfo snr_contrastive() {
  return {.name = "snr-contrastive",
          .meaning = "contrastive over the noise-to-signal distance",
          .formula = "[d_p - pos]+ + [neg - d_n]+, d = var(y - x) / var(x), x the anchor",
          .source = "Yuan, Deng, Tang, Tang, Chen 2019, CVPR, section 4.2 (without the regularizer)",
          .options = kSnrMargins,
          .distances = kSnr,
          .from_labels = true,
          .from_pairs = true,
          .from_triplets = true,
          .reduction = Reduction::mean_nonzero,
          .over_distances = hinges};
}

}  // namespace nearfar::loss_rows
