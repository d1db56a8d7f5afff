// `distance-weighted`: for every anchor and positive a negative drawn with probability inverse to the density
// of distances on the sphere (Wu, Manmatha, Smola, Kraehenbuehl 2017, arXiv:1706.07567, section 4).
//
// The distance of two random points of the unit sphere in n dimensions has the density
//   q(d) ~ d^(n-2) (1 - d^2/4)^((n-3)/2),
// and a negative is drawn with probability ~ 1 / q(max(d, cutoff)), or 0 from the far cutoff on, as in the
// authors' program. An anchor whose negatives all lie beyond it has no triplet: there the program draws one
// of them evenly, which for the margins it is used with has no loss.
#include <cmath>
#include <numbers>
#include <string>

#include "nearfar/core/error.h"
#include "nearfar/core/text.h"
#include "nearfar/mining/draw.h"
#include "nearfar/mining/strategies.h"

namespace nearfar {
namespace {

// The euclidean distance of unit vectors, from what the distance gives.
double on_sphere(DistanceKind kind, double d) {
  switch (kind) {
    case DistanceKind::sqeuclidean:
      return std::sqrt(d);
    case DistanceKind::cosine:  // |x - y|^2 = 2 - 2 x'y
      return std::sqrt(2 * d);
    case DistanceKind::angular:  // pi d is the angle between them
      return 2 * std::sin(std::numbers::pi * d / 2);
    default:
      return d;
  }
}

// Draws negatives of one anchor. Those from the far cutoff on are never drawn.
class WeightedNegatives {
 public:
  WeightedNegatives(const Anchor& anchor, const MiningContext& context) {
    const auto n = static_cast<double>(context.dim);
    for (const float d_an : anchor.d_an) {
      const double d = on_sphere(context.distance, static_cast<double>(d_an));
      if (d >= context.parameters.far_cutoff) break;
      const double cut = std::max(d, context.parameters.cutoff);
      log_weights_.push_back((2 - n) * std::log(cut) - (n - 3) / 2 * std::log(1 - cut * cut / 4));
    }
  }

  [[nodiscard]] std::int32_t count() const { return static_cast<std::int32_t>(log_weights_.size()); }

  /// One of the negatives from `begin` on, begin < count().
  std::int32_t draw(std::int32_t begin, Random& random) {
    if (begin != begin_) accumulate(begin);
    const double u = random.uniform() * sums_.back();
    const auto found = std::upper_bound(sums_.begin(), sums_.end(), u);
    return begin + static_cast<std::int32_t>(std::min(found, sums_.end() - 1) - sums_.begin());
  }

 private:
  // sums_[i] = sum of the weights of begin .. begin + i, relative to the greatest of them.
  void accumulate(std::int32_t begin) {
    begin_ = begin;
    sums_.clear();
    const auto first = log_weights_.begin() + begin;
    const double greatest = *std::max_element(first, log_weights_.end());
    double sum = 0;
    for (auto weight = first; weight != log_weights_.end(); ++weight) {
      sum += std::exp(*weight - greatest);
      sums_.push_back(sum);
    }
  }

  std::vector<double> log_weights_;
  std::int32_t begin_ = -1;
  std::vector<double> sums_;
};

}  // namespace

void choose_distance_weighted(const Anchor& anchor, const MiningContext& context, std::int64_t limit,
                              Random& random, std::vector<Run>& runs) {
  WeightedNegatives negatives(anchor, context);
  draw_positives(anchor, limit, random, runs, [&](std::int32_t positive) -> Run {
    const std::int32_t begin = first_allowed(anchor, context, positive);
    if (begin >= negatives.count()) return {positive, 0, 0};
    const std::int32_t negative = negatives.draw(begin, random);
    return {positive, negative, negative + 1};
  });
}

void check_distance_weighted(const Distance& distance, MatrixView rows) {
  const DistanceKind kind = distance.kind();
  if (kind == DistanceKind::cosine || kind == DistanceKind::angular) return;
  if (kind != DistanceKind::euclidean && kind != DistanceKind::sqeuclidean) {
    usage_error(
        "the strategy distance-weighted: the density of distances on the sphere says nothing about the "
        "distance " +
            std::string(distance.info().name),
        "use --distance cosine, or euclidean for rows of length 1");
  }
  for (std::int64_t i = 0; i < rows.rows; ++i) {
    double squares = 0;
    for (std::int64_t j = 0; j < rows.cols; ++j) {
      squares += static_cast<double>(rows.row(i)[j]) * static_cast<double>(rows.row(i)[j]);
    }
    if (std::abs(std::sqrt(squares) - 1) > 1e-3) {
      data_error("the strategy distance-weighted: the rows must have length 1, and row " + grouped(i + 1) +
                     " has " + number_text(static_cast<float>(std::sqrt(squares))),
                 {}, "use --distance cosine, which looks at directions only");
    }
  }
}

}  // namespace nearfar
