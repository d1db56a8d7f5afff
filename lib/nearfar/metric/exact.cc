#include "nearfar/metric/exact.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "nearfar/core/error.h"
#include "nearfar/metric/lanes.h"
#include "nearfar/metric/saturate.h"

namespace nearfar {
namespace {

struct Pair {
  const double* x;
  const double* y;
  std::int64_t d;

  // The sum of term(x_i, y_i), and the largest.
  template <class Term>
  [[nodiscard]] double sum(Term term) const {
    return lane_sum<double>(d, [=, *this](std::int64_t i) { return term(x[i], y[i]); });
  }
  template <class Term>
  [[nodiscard]] double largest(Term term) const {
    return lane_max<double>(d, [=, *this](std::int64_t i) { return term(x[i], y[i]); });
  }
};

double gap(double a, double b) { return std::fabs(a - b); }
double square_gap(double a, double b) { return (a - b) * (a - b); }
double ratio(double part, double whole) { return whole > 0 ? part / whole : 0; }

double mean(const double* x, std::int64_t d) {
  return lane_sum<double>(d, [=](std::int64_t i) { return x[i]; }) / static_cast<double>(d);
}

// |v - shift|
double length(const double* v, double shift, std::int64_t d) {
  return std::sqrt(lane_sum<double>(d, [=](std::int64_t i) { return (v[i] - shift) * (v[i] - shift); }));
}

// The rows less their shifts and brought to length 1: squares of the lengths of their difference and sum.
struct Unit {
  double apart = 0;
  double together = 4;
  [[nodiscard]] double cosine_distance() const { return apart / 2; }  // 1 - x'y = |x - y|^2 / 2
};
Unit unit_rows(const Pair& p, double x_shift, double y_shift) {
  const double x_length = length(p.x, x_shift, p.d);
  const double y_length = length(p.y, y_shift, p.d);
  if (x_length == 0 || y_length == 0) return x_length == y_length ? Unit{0, 4} : Unit{2, 2};
  const auto a = [=](double v) { return (v - x_shift) / x_length; };
  const auto b = [=](double v) { return (v - y_shift) / y_length; };
  return {p.sum([=](double s, double t) { return square_gap(a(s), b(t)); }),
          p.sum([=](double s, double t) { return square_gap(a(s), -b(t)); })};
}

double minkowski(const Pair& p, double exponent) {
  const double most = p.largest(gap);
  if (most == 0) return 0;
  return most * std::pow(p.sum([=](double a, double b) { return std::pow(gap(a, b) / most, exponent); }),
                         1 / exponent);
}

double snr(const Pair& p) {
  const double x_mean = mean(p.x, p.d);
  const double y_mean = mean(p.y, p.d);
  const double signal = p.sum([=](double a, double) { return (a - x_mean) * (a - x_mean); });
  const double noise = p.sum([=](double a, double b) { return square_gap(a - x_mean, b - y_mean); });
  if (signal == 0) return noise == 0 ? 0 : static_cast<double>(kLargestFloat);
  return noise / signal;
}

[[noreturn]] void refuse_matrix() {
  throw Error(ErrorKind::internal, "an exact distance with a matrix, which is a map");
}

}  // namespace

double exact_distance(const Distance& distance, const double* x, const double* y, std::int64_t d) {
  const Pair p{x, y, d};
  switch (distance.kind()) {
    case DistanceKind::euclidean:
      return std::sqrt(p.sum(square_gap));
    case DistanceKind::sqeuclidean:
      return p.sum(square_gap);
    case DistanceKind::manhattan:
      return p.sum(gap);
    case DistanceKind::chebyshev:
      return p.largest(gap);
    case DistanceKind::minkowski:
      return minkowski(p, distance.exponent());
    case DistanceKind::canberra:
      return p.sum([](double a, double b) { return ratio(gap(a, b), std::fabs(a) + std::fabs(b)); });
    case DistanceKind::braycurtis:
      return ratio(p.sum(gap), p.sum([](double a, double b) { return std::fabs(a) + std::fabs(b); }));
    case DistanceKind::hamming:
      return p.sum([](double a, double b) { return a != b ? 1.0 : 0.0; }) / static_cast<double>(d);
    case DistanceKind::jaccard:
      return ratio(p.sum(gap), p.sum([](double a, double b) { return std::max(a, b); }));
    case DistanceKind::cosine:
      return unit_rows(p, 0, 0).cosine_distance();
    case DistanceKind::angular: {
      const Unit unit = unit_rows(p, 0, 0);
      // The angle at the top of a triangle with two sides of length 1.
      return 2 * std::atan2(std::sqrt(unit.apart), std::sqrt(unit.together)) * std::numbers::inv_pi;
    }
    case DistanceKind::correlation:
      return unit_rows(p, mean(x, d), mean(y, d)).cosine_distance();
    case DistanceKind::dot:
      return 0 - p.sum([](double a, double b) { return a * b; });
    case DistanceKind::snr:
      return snr(p);
    case DistanceKind::mahalanobis:
    case DistanceKind::sqmahalanobis:
      break;
  }
  refuse_matrix();
}

double row_noise(const Distance& distance, const double* x, double coordinate_noise, std::int64_t d) {
  const auto count = static_cast<double>(d);
  // Of all coordinates together, beside the length of the row.
  const auto beside = [&](double noise, double row_length) {
    return row_length > 0 ? noise / row_length : 0;
  };
  switch (distance.kind()) {
    case DistanceKind::euclidean:
    case DistanceKind::sqeuclidean:
      return coordinate_noise * std::sqrt(count);
    case DistanceKind::manhattan:
    case DistanceKind::minkowski:
      return coordinate_noise * count;
    case DistanceKind::chebyshev:
      return coordinate_noise;
    case DistanceKind::braycurtis:
    case DistanceKind::jaccard:
      return beside(coordinate_noise * count, length(x, 0, d));
    case DistanceKind::cosine:
    case DistanceKind::angular:
      return beside(coordinate_noise * std::sqrt(count), length(x, 0, d));
    case DistanceKind::correlation:
    case DistanceKind::snr:
      return beside(coordinate_noise * std::sqrt(count), length(x, mean(x, d), d));
    case DistanceKind::canberra:  // equal coordinates alone are at 0
    case DistanceKind::hamming:
    case DistanceKind::dot:
      return 0;
    case DistanceKind::mahalanobis:
    case DistanceKind::sqmahalanobis:
      break;
  }
  refuse_matrix();
}

double noise_between(const Distance& distance, double x_noise, double y_noise) {
  const double noise = x_noise + y_noise;
  switch (distance.kind()) {
    case DistanceKind::sqeuclidean:
    case DistanceKind::cosine:
    case DistanceKind::correlation:
    case DistanceKind::snr:
      return noise * noise;
    default:
      return noise;
  }
}

}  // namespace nearfar
