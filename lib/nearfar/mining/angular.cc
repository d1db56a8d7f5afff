// `angular`: every triplet whose angle at the negative exceeds --angle.
//
// The angle is that of the angular loss (Wang, Zhou, Wen, Liu, Lin 2017, arXiv:1708.01682, eq. 5): with the
// midpoint c of anchor and positive and d_nc the distance of the negative from it,
//   tan(alpha) = d_ap / (2 d_nc).
// In a space with an inner product 4 d_nc^2 = 2 d_an^2 + 2 d_pn^2 - d_ap^2, so that
//   alpha > angle  <=>  d_ap^2 > 2 sin(angle)^2 (d_an^2 + d_pn^2),
// which needs no coordinates, loses no digits when the negative is near the midpoint, and leaves only
// negatives with d_an < d_ap / (sqrt(2) sin(angle)).
#include <cmath>
#include <numbers>
#include <string>

#include "nearfar/core/error.h"
#include "nearfar/mining/strategies.h"

namespace nearfar {
namespace {

// Squares of euclidean distances, from what the distance gives.
double squared(DistanceKind kind, double d) {
  return kind == DistanceKind::sqeuclidean || kind == DistanceKind::sqmahalanobis ? d : d * d;
}

double twice_squared_sine(const MiningContext& context) {
  const double sine = std::sin(context.parameters.angle * std::numbers::pi / 180);
  return 2 * sine * sine;
}

}  // namespace

void choose_angular(const Anchor& anchor, const MiningContext& context, std::int64_t /*limit*/,
                    Random& /*random*/, std::vector<Run>& runs) {
  const double factor = twice_squared_sine(context);
  for (std::int32_t p = 0; p < anchor.positive_count(); ++p) {
    const double ap = squared(context.distance, anchor.to_positive(p));
    const std::int32_t begin = first_allowed(anchor, context, p);
    const std::int32_t end =
        anchor.negatives_while([&](double d) { return factor * squared(context.distance, d) < ap; });
    if (begin < end) runs.push_back({p, begin, end});
  }
}

bool angle_is_wide(const Anchor& anchor, const MiningContext& context, std::int32_t positive,
                   std::int32_t negative) {
  const double ap = squared(context.distance, anchor.to_positive(positive));
  const double an = squared(context.distance, anchor.to_negative(negative));
  const double pn =
      squared(context.distance,
              static_cast<double>(context.between(anchor.positives[static_cast<std::size_t>(positive)],
                                                  anchor.negatives[static_cast<std::size_t>(negative)])));
  return ap > twice_squared_sine(context) * (an + pn);
}

void check_angular(const Distance& distance, MatrixView /*rows*/) {
  switch (distance.kind()) {
    case DistanceKind::euclidean:
    case DistanceKind::sqeuclidean:
    case DistanceKind::mahalanobis:
    case DistanceKind::sqmahalanobis:
      return;
    default:
      usage_error("the strategy angular: angles at a midpoint have no meaning under the distance " +
                      std::string(distance.info().name),
                  "use euclidean or mahalanobis; for directions, rows of length 1 under euclidean");
  }
}

}  // namespace nearfar
