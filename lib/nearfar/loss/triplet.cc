// triplet: [d_ap - d_an + margin]+ over the triplets of a file, or over all triplets of the batch's labels.
// `smooth` puts log(1 + e^x) in place of [x]+; `swap` puts min(d_an, d_pn) in place of d_an (Balntas et al.
// 2016). Source: Schroff, Kalenichenko, Philbin 2015, arXiv:1503.03832, eq. 2 (there with squared distances).
#include <algorithm>
#include <cmath>

#include "nearfar/loss/batch_distances.h"
#include "nearfar/loss/loss.h"

namespace nearfar {
namespace {

template <class Use>
void for_each_triplet(std::int64_t rows, const Supervision& supervision, Use use) {
  if (supervision.tuples != nullptr) {
    for (std::int64_t t = 0; t < supervision.tuples->size(); ++t) {
      const auto items = (*supervision.tuples)[t];
      use(items[0], items[1], items[2]);
    }
    return;
  }
  std::vector<std::int64_t> positives;
  std::vector<std::int64_t> negatives;
  for (std::int64_t a = 0; a < rows; ++a) {
    positives.clear();
    negatives.clear();
    for (std::int64_t other = 0; other < rows; ++other) {
      if (other != a) (supervision.similar(a, other) ? positives : negatives).push_back(other);
    }
    for (const std::int64_t p : positives) {
      for (const std::int64_t n : negatives) use(a, p, n);
    }
  }
}

double softplus(double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x))); }

}  // namespace

LossValue triplet_loss(const BatchDistances& distances, const Supervision& supervision,
                       const LossOptions& options, std::vector<double>& weights) {
  const std::int64_t rows = distances.size();
  std::vector<double> slopes(weights.size());
  LossValue loss;
  double sum = 0;
  for_each_triplet(rows, supervision, [&](std::int64_t a, std::int64_t p, std::int64_t n) {
    ++loss.terms;
    const bool swapped = options.swap && distances(p, n) < distances(a, n);
    const double gap = distances(a, p) - (swapped ? distances(p, n) : distances(a, n)) + options.margin;
    if (!options.smooth && gap <= 0) return;
    const double slope = options.smooth ? 1 / (1 + std::exp(-gap)) : 1;
    sum += options.smooth ? softplus(gap) : gap;
    ++loss.active;
    slopes[static_cast<std::size_t>(a * rows + p)] += slope;
    slopes[static_cast<std::size_t>((swapped ? p : a) * rows + n)] -= slope;
  });
  const std::int64_t count = options.reduction == Reduction::sum    ? 1
                             : options.reduction == Reduction::mean ? loss.terms
                                                                    : loss.active;
  if (count == 0) return loss;
  const double scale = 1 / static_cast<double>(count);
  loss.value = sum * scale;
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i] += slopes[i] * scale;
  return loss;
}

}  // namespace nearfar
