#pragma once

// The distances once more, written from their formulas with plain loops in long double: what the library is
// held against.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>
#include <span>

#include "nearfar/metric/distance.h"

namespace nearfar::testing {

using NaiveRow = std::span<const double>;

/// Of term(x_i, y_i).
template <class Term>
long double naive_sum(NaiveRow x, NaiveRow y, Term term) {
  long double sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i)
    sum += term(static_cast<long double>(x[i]), static_cast<long double>(y[i]));
  return sum;
}

/// What a distance says about 0 / 0 and c / 0.
inline long double naive_ratio(long double part, long double whole, long double of_zeros,
                               long double of_nothing) {
  if (whole == 0) return part == 0 ? of_zeros : of_nothing;
  return part / whole;
}

inline long double naive_cosine(NaiveRow x, NaiveRow y, long double x_shift, long double y_shift) {
  long double xy = 0;
  long double xx = 0;
  long double yy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const long double a = x[i] - x_shift;
    const long double b = y[i] - y_shift;
    xy += a * b;
    xx += a * a;
    yy += b * b;
  }
  if (xx == 0 || yy == 0) return xx == yy ? 1 : 0;
  return std::clamp(xy / (std::sqrt(xx) * std::sqrt(yy)), -1.0L, 1.0L);
}

inline long double naive_mean(NaiveRow x) {
  return naive_sum(x, x, [](long double a, long double) { return a; }) / static_cast<long double>(x.size());
}

/// sum ((x_i - mean(x)) a + (y_i - mean(y)) b)^2
inline long double naive_scatter(NaiveRow x, long double a, NaiveRow y, long double b) {
  const long double x_mean = naive_mean(x);
  const long double y_mean = naive_mean(y);
  return naive_sum(x, y, [&](long double s, long double t) {
    return ((s - x_mean) * a + (t - y_mean) * b) * ((s - x_mean) * a + (t - y_mean) * b);
  });
}

/// Of any kind without a matrix; `p` is the exponent of minkowski. A value beyond the range of a float is
/// what it is.
inline double naive_distance(DistanceKind kind, NaiveRow x, NaiveRow y, double p = 2) {
  using Real = long double;
  const auto sum = [&](auto term) { return naive_sum(x, y, term); };
  const auto difference = [](Real a, Real b) { return std::abs(a - b); };
  const auto naive = [&]() -> Real {
    switch (kind) {
      case DistanceKind::euclidean:
        return std::sqrt(sum([](Real a, Real b) { return (a - b) * (a - b); }));
      case DistanceKind::sqeuclidean:
        return sum([](Real a, Real b) { return (a - b) * (a - b); });
      case DistanceKind::manhattan:
        return sum(difference);
      case DistanceKind::chebyshev: {
        Real largest = 0;
        for (std::size_t i = 0; i < x.size(); ++i)
          largest = std::max(largest, std::abs(static_cast<Real>(x[i]) - static_cast<Real>(y[i])));
        return largest;
      }
      case DistanceKind::minkowski: {
        const Real exponent = p;
        return std::pow(sum([&](Real a, Real b) { return std::pow(std::abs(a - b), exponent); }),
                        1 / exponent);
      }
      case DistanceKind::canberra:
        return sum(
            [&](Real a, Real b) { return naive_ratio(difference(a, b), std::abs(a) + std::abs(b), 0, 0); });
      case DistanceKind::braycurtis:
        return naive_ratio(sum(difference), sum([](Real a, Real b) { return std::abs(a) + std::abs(b); }), 0,
                           0);
      case DistanceKind::hamming:
        return sum([](Real a, Real b) { return a != b ? Real{1} : Real{0}; }) / static_cast<Real>(x.size());
      case DistanceKind::jaccard:
        return 1 - naive_ratio(sum([](Real a, Real b) { return std::min(a, b); }),
                               sum([](Real a, Real b) { return std::max(a, b); }), 1, 1);
      case DistanceKind::cosine:
        return 1 - naive_cosine(x, y, 0, 0);
      case DistanceKind::angular:
        return std::acos(naive_cosine(x, y, 0, 0)) / std::numbers::pi_v<Real>;
      case DistanceKind::correlation:
        return 1 - naive_cosine(x, y, naive_mean(x), naive_mean(y));
      case DistanceKind::dot:
        return -sum([](Real a, Real b) { return a * b; });
      case DistanceKind::snr:
        return naive_ratio(naive_scatter(x, -1, y, 1), naive_scatter(x, 1, x, 0), 0,
                           std::numeric_limits<Real>::infinity());
      case DistanceKind::mahalanobis:
      case DistanceKind::sqmahalanobis:
        break;
    }
    return std::numeric_limits<Real>::quiet_NaN();  // needs M: see naive_mahalanobis
  };
  return static_cast<double>(naive());
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

/// |L(x - y)| for the factor L of a Mahalanobis kind.
inline double naive_factored(const Matrix& l, std::span<const double> x, std::span<const double> y) {
  long double squares = 0;
  for (std::int64_t r = 0; r < l.rows(); ++r) {
    long double z = 0;
    for (std::int64_t i = 0; i < l.cols(); ++i) {
      const auto at = static_cast<std::size_t>(i);
      z += static_cast<long double>(l(r, i)) *
           (static_cast<long double>(x[at]) - static_cast<long double>(y[at]));
    }
    squares += z * z;
  }
  return static_cast<double>(std::sqrt(squares));
}

}  // namespace nearfar::testing
