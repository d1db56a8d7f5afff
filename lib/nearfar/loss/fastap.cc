// fastap: 1 - average precision of every anchor with a positive, the ranks approximated by a histogram of
// squared distances u = |x - y|^2 in [0, 4] between rows of length 1 (u = 2 d of the cosine distance). A row
// counts in the two bins next to u by linear interpolation. With h+ and h the counts of positives and of all
// in a bin, H+ and H their running sums:  1 - 1/|P| sum_bins h+ H+ / H.
// The derivative goes back through the running sums and the two bins of each row.
// Source: Cakir, He, Xia, Kulis, Sclaroff 2019, CVPR, Deep metric learning to rank, eq. 6.
#include "nearfar/loss/anchor_terms.h"
#include "nearfar/loss/option_rows.h"
#include "nearfar/loss/table.h"

namespace nearfar::loss_rows {
namespace {

constexpr std::array kOptions{
    number("bins", "bins of the histogram of distances", &LossOptions::bins, LossRange::whole, 10)};

LossValue evaluate(LossBatch& batch) {
  const auto bins = static_cast<std::size_t>(batch.options.bins);
  const double width = 4 / static_cast<double>(bins);
  return over_anchors(
      batch, batch.relations(), Needs::positive,
      [&](const AnchorRow& anchor, LossBatch::Sum& sum, SoftMax& /*unused*/, SoftMax& /*unused*/) {
        std::vector<double> positive(bins + 1);
        std::vector<double> all(bins + 1);
        const auto place = [&](std::int64_t j) {  // the bin below and how far beyond it
          const double at = std::clamp(2 * anchor.distances[j] / width, 0.0, static_cast<double>(bins));
          const auto bin = std::min(static_cast<std::size_t>(at), bins - 1);
          return std::pair(bin, at - static_cast<double>(bin));
        };
        for (std::int64_t j = 0; j < anchor.cols; ++j) {
          if (anchor.relations[j] == Relation::none) continue;
          const auto [bin, beyond] = place(j);
          for (auto* counts : {&all, anchor.is_positive(j) ? &positive : nullptr}) {
            if (counts == nullptr) continue;
            (*counts)[bin] += 1 - beyond;
            (*counts)[bin + 1] += beyond;
          }
        }
        // by_positive, by_all: the derivatives of sum h+ H+ / H by h+ (through H+ too) and by h (through H).
        std::vector<double> by_positive(bins + 1);
        std::vector<double> by_all(bins + 1);
        double value = 0;
        double sum_positive = 0;
        double sum_all = 0;
        for (std::size_t b = 0; b <= bins; ++b) {
          sum_positive += positive[b];
          sum_all += all[b];
          if (sum_all <= 0) continue;
          value += positive[b] * sum_positive / sum_all;
          by_positive[b] += sum_positive / sum_all;
          for (std::size_t k = 0; k <= b; ++k) {
            by_positive[k] += positive[b] / sum_all;
            by_all[k] -= positive[b] * sum_positive / (sum_all * sum_all);
          }
        }
        const double share = 1 / static_cast<double>(anchor.positives);
        sum.add(std::max(0.0, 1 - share * value));
        for (std::int64_t j = 0; j < anchor.cols; ++j) {
          if (anchor.relations[j] == Relation::none) continue;
          const std::size_t bin = place(j).first;
          double slope = by_all[bin + 1] - by_all[bin];
          if (anchor.is_positive(j)) slope += by_positive[bin + 1] - by_positive[bin];
          anchor.weights[j] -= share * slope * 2 / width;
        }
      });
}

}  // namespace

LossInfo fastap() {
  return {.name = "fastap",
          .meaning = "average precision, by a histogram of distances",
          .formula = "1 - 1/|P| sum over bins of h+ H+ / H",
          .source = "Cakir, He, Xia, Kulis, Sclaroff 2019, CVPR, eq. 6",
          .options = kOptions,
          .distances = kCosine,
          .from_labels = true,
          .from_pairs = true,
          .from_triplets = true,
          .over_distances = evaluate};
}

}  // namespace nearfar::loss_rows
