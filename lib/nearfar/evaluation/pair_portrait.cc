#include "nearfar/evaluation/pair_portrait.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "nearfar/core/random.h"
#include "nearfar/evaluation/distance_histogram.h"
#include "nearfar/evaluation/hardest_tuples.h"

namespace nearfar {
namespace {

constexpr double kVisible = 1.0 / 400;  // of an axis

// A line of points that can be told apart; the last one is always there.
class Line {
 public:
  void add(double x, double y) {
    last_ = {x, y};
    if (!curve_.x.empty() && std::abs(x - curve_.x.back()) < kVisible &&
        std::abs(y - curve_.y.back()) < kVisible)
      return;
    keep(last_);
  }
  [[nodiscard]] Curve take(std::string name) {
    if (!curve_.x.empty() && (last_.x != curve_.x.back() || last_.y != curve_.y.back())) keep(last_);
    curve_.name = std::move(name);
    return std::move(curve_);
  }

 private:
  struct Point {
    double x;
    double y;
  };
  void keep(Point point) {
    curve_.x.push_back(point.x);
    curve_.y.push_back(point.y);
  }
  Curve curve_;
  Point last_{0, 0};
};

double share(std::uint64_t part, std::uint64_t whole) {
  return static_cast<double>(part) / static_cast<double>(whole);
}

void add_curves(const Verification& pairs, Portrait& portrait) {
  const Accepted all = pairs.total();
  if (all.similar == 0 || all.dissimilar == 0) return;
  Line roc;
  Line precision;
  roc.add(0, 0);
  pairs.each_step({}, [&](float, const Accepted& accepted) {
    roc.add(share(accepted.dissimilar, all.dissimilar), share(accepted.similar, all.similar));
    precision.add(share(accepted.similar, all.similar),
                  share(accepted.similar, accepted.similar + accepted.dissimilar));
  });
  Curve chance{"by chance", {0, 1}, {0, 1}};
  const double base = share(all.similar, all.similar + all.dissimilar);
  Curve base_rate{"by chance", {0, 1}, {base, base}};
  portrait.charts.push_back({"ROC",
                             "dissimilar pairs accepted (FAR)",
                             "similar pairs accepted (TAR)",
                             false,
                             {roc.take("these distances"), std::move(chance)},
                             "Every threshold that makes a difference, as far as it can be seen."});
  portrait.charts.push_back({"Precision and recall",
                             "similar pairs accepted (recall)",
                             "similar share of accepted (precision)",
                             false,
                             {precision.take("these distances"), std::move(base_rate)},
                             ""});
}

Histogram of_pairs(const ScoredTuples& tuples, std::optional<float> threshold) {
  const auto [least, greatest] = std::minmax_element(tuples.distances.begin(), tuples.distances.end());
  const double one = tuples.number(*least);
  const double other = tuples.number(*greatest);
  DistanceHistogram histogram(std::min(one, other), std::max(one, other), {"similar", "dissimilar"});
  for (std::size_t u = 0; u < tuples.distances.size(); ++u)
    histogram.add(tuples.values[u] == 1 ? 0 : 1, tuples.number(tuples.distances[u]));
  const std::string what = tuples.number_name();
  Histogram taken = histogram.take("The " + what + "s of similar and dissimilar pairs", what);
  if (threshold) taken.mark = AxisMark{tuples.number(*threshold), "threshold"};
  return taken;
}

Histogram of_triplets(const ScoredTuples& tuples) {
  const auto [least, most] = std::minmax_element(tuples.distances.begin(), tuples.distances.end());
  const auto [far_least, far_most] =
      std::minmax_element(tuples.far_distances.begin(), tuples.far_distances.end());
  DistanceHistogram histogram(static_cast<double>(std::min(*least, *far_least)),
                              static_cast<double>(std::max(*most, *far_most)),
                              {"should be small", "should be large"});
  for (std::size_t u = 0; u < tuples.distances.size(); ++u) {
    histogram.add(0, static_cast<double>(tuples.distances[u]));
    histogram.add(1, static_cast<double>(tuples.far_distances[u]));
  }
  return histogram.take("The distances that should be small and large", "distance");
}

// Closeness against what is true, of at most so many pairs as an eye can tell apart.
Scatter of_graded(const ScoredTuples& tuples, std::uint64_t seed) {
  constexpr std::uint64_t kMostPoints = 2000;
  const std::string what = tuples.number_name();
  Scatter scatter;
  scatter.title = "The " + what + "s of graded pairs";
  scatter.x_label = "similarity";
  scatter.y_label = what;
  Random random(seed, RandomPurpose::general, 2);
  for (const std::uint64_t u : random.sample(tuples.distances.size(), kMostPoints)) {
    scatter.x.push_back(static_cast<double>(tuples.values[u]));
    scatter.y.push_back(tuples.number(tuples.distances[u]));
  }
  scatter.note = sample_note(scatter.x.size(), tuples.distances.size(), "pairs");
  return scatter;
}

}  // namespace

Portrait pair_portrait(const ScoredTuples& tuples, PairEvaluation& evaluation, std::optional<float> threshold,
                       std::uint64_t seed, const ItemPicture& picture) {
  Portrait portrait;
  if (tuples.kind == TupleKind::pairs) {
    add_curves(evaluation.verification(), portrait);
    portrait.histograms.push_back(of_pairs(tuples, threshold));
  } else if (tuples.kind == TupleKind::graded_pairs) {
    portrait.scatters.push_back(of_graded(tuples, seed));
  } else if (!tuples.far_distances.empty()) {
    portrait.histograms.push_back(of_triplets(tuples));
  }
  portrait.hardest = hardest_tuples(tuples, picture);
  return portrait;
}

}  // namespace nearfar
