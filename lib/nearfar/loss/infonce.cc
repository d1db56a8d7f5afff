// infonce: -log e^{s_p/T} / (e^{s_p/T} + sum_n e^{s_n/T}) for every positive pair; an anchor's other
// positives are not in the denominator. From labels, or from pairs or triplets: then all other items of the
// batch are negatives of an anchor that are not known to be similar to it. Gradient: against_negatives().
// Source: van den Oord, Li, Vinyals 2018, arXiv:1807.03748, eq. 4; in-batch negatives: Henderson et al. 2017,
// arXiv:1705.00652; both directions: Radford et al. 2021, arXiv:2103.00020.
#include "nearfar/loss/anchor_terms.h"
#include "nearfar/loss/option_rows.h"
#include "nearfar/loss/table.h"

namespace nearfar::loss_rows {
namespace {

constexpr std::array kOptions{
    temperature(0.07),
    flag("symmetric", "from tuples: the second item of a pair is an anchor too", &LossOptions::symmetric),
};

LossValue evaluate(LossBatch& batch) {
  return against_negatives(batch, batch.relations_in_batch(batch.options.symmetric),
                           1 / batch.options.temperature, as_it_is);
}

}  // namespace

LossInfo infonce() {
  return {.name = "infonce",
          .meaning = "each positive pair against the anchor's negatives (in-batch negatives from tuples)",
          .formula = "-log e^{s_p/T} / (e^{s_p/T} + sum_n e^{s_n/T})",
          .source = "van den Oord, Li, Vinyals 2018, arXiv:1807.03748, eq. 4",
          .options = kOptions,
          .distances = kSimilarity,
          .from_labels = true,
          .from_pairs = true,
          .from_triplets = true,
          .over_distances = evaluate};
}

}  // namespace nearfar::loss_rows
