#pragma once

// The distances once more, written from their formulas with plain loops in double: what the library is held
// against.

#include <cmath>
#include <cstdint>
#include <limits>
#include <span>

#include "nearfar/metric/distance.h"

namespace nearfar::testing {

inline double naive_distance(DistanceKind kind, std::span<const double> x, std::span<const double> y) {
  long double squares = 0;
  long double absolutes = 0;
  long double xx = 0;
  long double yy = 0;
  long double xy = 0;
  for (std::size_t k = 0; k < x.size(); ++k) {
    const long double delta = static_cast<long double>(x[k]) - static_cast<long double>(y[k]);
    squares += delta * delta;
    absolutes += std::abs(delta);
    xx += static_cast<long double>(x[k]) * x[k];
    yy += static_cast<long double>(y[k]) * y[k];
    xy += static_cast<long double>(x[k]) * y[k];
  }
  switch (kind) {
    case DistanceKind::euclidean:
      return static_cast<double>(std::sqrt(squares));
    case DistanceKind::sqeuclidean:
      return static_cast<double>(squares);
    case DistanceKind::manhattan:
      return static_cast<double>(absolutes);
    case DistanceKind::cosine:
      if (xx == 0 || yy == 0) return xx == yy ? 0 : 1;
      return static_cast<double>(1 - xy / (std::sqrt(xx) * std::sqrt(yy)));
    case DistanceKind::mahalanobis:
    case DistanceKind::sqmahalanobis:
      break;
  }
  return std::numeric_limits<double>::quiet_NaN();  // needs M: see naive_mahalanobis
}

/// (x - y)'M(x - y), M being d x d.
inline double naive_mahalanobis(std::span<const double> m, std::span<const double> x,
                                std::span<const double> y) {
  const std::size_t d = x.size();
  double sum = 0;
  for (std::size_t i = 0; i < d; ++i) {
    for (std::size_t j = 0; j < d; ++j) sum += (x[i] - y[i]) * m[i * d + j] * (x[j] - y[j]);
  }
  return sum;
}

}  // namespace nearfar::testing
