#include "nearfar/evaluation/wilson.h"

#include <algorithm>
#include <cmath>

#include "nearfar/evaluation/normal.h"

namespace nearfar {

std::pair<double, double> wilson_interval(std::int64_t hits, std::int64_t units, double confidence) {
  const auto n = static_cast<double>(units);
  const double p = static_cast<double>(hits) / n;
  const double z = normal_quantile(1 - (1 - confidence) / 2);
  // (p + z^2/2n -+ z sqrt(p (1-p)/n + z^2/4n^2)) / (1 + z^2/n)
  const double middle = p + z * z / (2 * n);
  const double half = z * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  const double scale = 1 + z * z / n;
  // At 0 and 1 the end is exact; rounding must not move it past.
  const double low = hits == 0 ? 0 : std::max(0.0, (middle - half) / scale);
  const double high = hits == units ? 1 : std::min(1.0, (middle + half) / scale);
  return {low, high};
}

}  // namespace nearfar
