// tuplet-margin: log(1 + sum_n e^{scale (cos(angle_n) - cos(angle_p - margin))}) for every positive pair,
// scale = 1 / temperature. Gradient: against_negatives(). Source: Yu, Tao 2019, ICCV, Deep metric learning
// with tuplet margin loss, eq. 7.
#include "nearfar/loss/anchor_terms.h"
#include "nearfar/loss/option_rows.h"
#include "nearfar/loss/table.h"

namespace nearfar::loss_rows {
namespace {

constexpr std::array kOptions{number("margin", "taken from the angle to the positive, radians",
                                     &LossOptions::margin, LossRange::not_negative, 0.1),
                              temperature(1.0 / 64)};

LossValue evaluate(LossBatch& batch) {
  return against_negatives(batch, batch.relations(), 1 / batch.options.temperature,
                           [m = batch.options.margin](double s) { return angle_moved(s, -m); });
}

}  // namespace

LossInfo tuplet_margin() {
  return {.name = "tuplet-margin",
          .meaning = "each positive pair, its angle eased by a margin, against the anchor's negatives",
          .formula = "log(1 + sum_n e^{(cos a_n - cos(a_p - margin))/T})",
          .source = "Yu, Tao 2019, ICCV, eq. 7",
          .options = kOptions,
          .distances = kCosine,
          .from_labels = true,
          .from_pairs = true,
          .from_triplets = true,
          .over_distances = evaluate};
}

}  // namespace nearfar::loss_rows
