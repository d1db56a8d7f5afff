#include "nearfar/evaluation/wilson.h"

#include <algorithm>
#include <cmath>

namespace nearfar {

ShareInterval wilson_interval(double hits, double count) {
  constexpr double kZ = 1.959963984540054;  // of 95 %
  const double share = hits / count;
  const double shrink = 1 + kZ * kZ / count;
  const double centre = (share + kZ * kZ / (2 * count)) / shrink;
  const double half = kZ / shrink * std::sqrt(share * (1 - share) / count + kZ * kZ / (4 * count * count));
  return {std::max(0.0, centre - half), std::min(1.0, centre + half)};
}

}  // namespace nearfar
