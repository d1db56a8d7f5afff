// triplet: [d_ap - d_an + margin]+ over the triplets of a file, or over all triplets of the batch's labels.
// `smooth` puts log(1 + e^x) in place of [x]+; `swap` puts min(d_an, d_pn) in place of d_an (Balntas et al.
// 2016). Slope 1 of d_ap, -1 of d_an (of log(1 + e^x): sigmoid(x), -sigmoid(x)).
// Source: Schroff, Kalenichenko, Philbin 2015, arXiv:1503.03832, eq. 2 (there with squared distances).
#include "nearfar/loss/anchor_terms.h"
#include "nearfar/loss/option_rows.h"
#include "nearfar/loss/table.h"

namespace nearfar::loss_rows {
namespace {

constexpr std::array kOptions{
    number("margin", "how much farther the negative must be", &LossOptions::margin, LossRange::distance, 0.2),
    flag("smooth", "log(1 + e^x) in place of max(0, x)", &LossOptions::smooth),
    flag("swap", "the smaller of d(anchor, negative) and d(positive, negative)", &LossOptions::swap),
};

// One triplet; with `swap` the negative may be seen from the positive, which is a row of the batch.
void add_triplet(LossBatch& batch, std::int64_t a, std::int64_t p, std::int64_t n, LossBatch::Sum& sum) {
  const DistanceTable& d = batch.distances;
  const bool swapped = batch.options.swap && p < batch.rows() && d(p, n) < d(a, n);
  const double gap = d(a, p) - (swapped ? d(p, n) : d(a, n)) + batch.options.margin;
  const bool smooth = batch.options.smooth;
  sum.add(smooth ? softplus(gap) : std::max(gap, 0.0));
  const double slope = smooth ? sigmoid(gap) : gap > 0 ? 1 : 0;
  if (slope == 0) return;
  batch.weight(a, p) += slope;
  batch.weight(swapped ? p : a, n) -= slope;
}

LossValue each_triplet(LossBatch& batch) {
  LossBatch::Sum sum;
  if (batch.supervision.tuples != nullptr) {
    const Tuples& tuples = *batch.supervision.tuples;
    for (std::int64_t t = 0; t < tuples.size(); ++t) {
      const auto items = tuples[t];
      add_triplet(batch, items[0], items[1], items[2], sum);
    }
    return batch.reduced(sum);
  }
  const std::vector<Relation> relations = batch.relations();
  const std::int64_t m = batch.cols();
  for (std::int64_t a = 0; a < batch.rows(); ++a) {
    const Relation* row = relations.data() + a * m;
    for (std::int64_t p = 0; p < m; ++p) {
      for (std::int64_t n = 0; row[p] == Relation::positive && n < m; ++n) {
        if (row[n] == Relation::negative) add_triplet(batch, a, p, n, sum);
      }
    }
  }
  return batch.reduced(sum);
}

// All triplets of the labels without smooth and swap: those of one (a, p) are a comparison of d_an with
// d_ap + margin.
LossValue hinges(LossBatch& batch) {
  return over_anchors(
      batch, batch.relations(), Needs::both,
      [&](const AnchorRow& anchor, LossBatch::Sum& sum, SoftMax& /*unused*/, SoftMax& /*unused*/) {
        std::vector<std::int64_t> columns;
        std::vector<double> d_an;
        for (std::int64_t j = 0; j < anchor.cols; ++j) {
          if (!anchor.is_negative(j)) continue;
          columns.push_back(j);
          d_an.push_back(anchor.distances[j]);
        }
        const auto count = static_cast<std::int64_t>(d_an.size());
        const double* d = d_an.data();
        std::vector<double> pushed(d_an.size());
        double* push = pushed.data();
        for (std::int64_t p = 0; p < anchor.cols; ++p) {
          if (!anchor.is_positive(p)) continue;
          const double bound = anchor.distances[p] + batch.options.margin;
          sum.value +=
              lane_sum<double>(count, [&](std::int64_t k) { return d[k] < bound ? bound - d[k] : 0.0; });
          const double active =
              lane_sum<double>(count, [&](std::int64_t k) { return d[k] < bound ? 1.0 : 0.0; });
          for (std::int64_t k = 0; k < count; ++k) push[k] += d[k] < bound ? 1.0 : 0.0;
          anchor.weights[p] += active;
          sum.terms += count;
          sum.active += static_cast<std::int64_t>(active);
        }
        for (std::int64_t k = 0; k < count; ++k)
          anchor.weights[columns[static_cast<std::size_t>(k)]] -= push[k];
      });
}

LossValue evaluate(LossBatch& batch) {
  const bool plain = !batch.options.smooth && !batch.options.swap && batch.supervision.tuples == nullptr;
  return plain ? hinges(batch) : each_triplet(batch);
}

}  // namespace

LossInfo triplet() {
  return {.name = "triplet",
          .meaning = "triplets: the negative farther than the positive by a margin",
          .formula = "[d_ap - d_an + margin]+",
          .source = "Schroff, Kalenichenko, Philbin 2015, arXiv:1503.03832; swap: Balntas et al. 2016",
          .options = kOptions,
          .distances = kAnyDistance,
          .from_labels = true,
          .from_triplets = true,
          .reduction = Reduction::mean_nonzero,
          .over_distances = evaluate};
}

}  // namespace nearfar::loss_rows
