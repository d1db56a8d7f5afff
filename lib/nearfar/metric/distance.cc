#include "nearfar/metric/distance.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "nearfar/core/error.h"
#include "nearfar/core/family.h"
#include "nearfar/core/text.h"
#include "nearfar/metric/kernels.h"

namespace nearfar {
namespace {

constexpr std::array<DistanceInfo, 6> kDistances{{
    {DistanceKind::euclidean, "euclidean", "sqrt(sum (x_i - y_i)^2)", "Euclid; L2 norm", "[0, inf)", true,
     true, false, "ordinary points"},
    {DistanceKind::sqeuclidean, "sqeuclidean", "sum (x_i - y_i)^2", "L2 norm, squared", "[0, inf)", false,
     true, false, "ordinary points"},
    {DistanceKind::manhattan, "manhattan", "sum |x_i - y_i|", "Minkowski; L1 norm", "[0, inf)", true, true,
     false, "ordinary points"},
    {DistanceKind::cosine, "cosine", "1 - x'y / (|x| |y|)", "Salton & McGill 1983", "[0, 2]", false, true,
     false, "at 1 from everything, at 0 from each other"},
    {DistanceKind::mahalanobis, "mahalanobis", "sqrt((x - y)'M(x - y))", "Mahalanobis 1936", "[0, inf)",
     false, false, true, "ordinary points"},
    {DistanceKind::sqmahalanobis, "sqmahalanobis", "(x - y)'M(x - y)", "Mahalanobis 1936, squared",
     "[0, inf)", false, false, true, "ordinary points"},
}};

// Squares leave the range of a float long before the coordinates do. A sum of squares outside these bounds
// has overflowed or lost bits, and is formed again in double, which holds the square of every float.
bool in_range(float squares) { return squares > 1e-30F && squares <= std::numeric_limits<float>::max(); }

template <class Term>
double sum_in_double(const float* x, const float* y, std::int64_t d, Term term) {
  double sum = 0;
  for (std::int64_t i = 0; i < d; ++i) sum += term(static_cast<double>(x[i]), static_cast<double>(y[i]));
  return sum;
}

double dot_in_double(const float* x, const float* y, std::int64_t d) {
  return sum_in_double(x, y, d, [](double a, double b) { return a * b; });
}

// `squares` is the float sum (x_i - y_i)^2.
float euclidean_from(float squares, const float* x, const float* y, std::int64_t d) {
  if (in_range(squares)) return std::sqrt(squares);
  return static_cast<float>(
      std::sqrt(sum_in_double(x, y, d, [](double a, double b) { return (a - b) * (a - b); })));
}

float cosine(const float* x, const float* y, std::int64_t d) {
  const float x_squares = dot_product(x, x, d);
  const float y_squares = dot_product(y, y, d);
  double dot = 0;
  double xx = static_cast<double>(x_squares);
  double yy = static_cast<double>(y_squares);
  if (in_range(x_squares) && in_range(y_squares)) {
    dot = static_cast<double>(dot_product(x, y, d));
  } else {
    dot = dot_in_double(x, y, d);
    xx = dot_in_double(x, x, d);
    yy = dot_in_double(y, y, d);
  }
  if (xx == 0 || yy == 0) return xx == yy ? 0.0F : 1.0F;
  // In double the root of the product of two equal numbers is exact, so a row is at exactly 0 from itself.
  return static_cast<float>(std::clamp(1 - dot / std::sqrt(xx * yy), 0.0, 2.0));
}

// |L (x - y)|^2, row by row of L.
double factored_squares(const Matrix& factor, const float* difference) {
  double sum = 0;
  for (std::int64_t r = 0; r < factor.rows(); ++r) {
    const auto z = static_cast<double>(dot_product(factor.row(r), difference, factor.cols()));
    sum += z * z;
  }
  return sum;
}

}  // namespace

std::span<const DistanceInfo> distances() { return kDistances; }

Distance::Distance(DistanceKind kind) : kind_(kind) {
  if (info().needs_matrix)
    usage_error("the distance " + std::string(info().name) + " needs a matrix",
                "give a model or a matrix file");
}

Distance::Distance(DistanceKind kind, std::span<const double> m, std::int64_t d)
    : kind_(kind), factor_(std::make_shared<const Matrix>(mahalanobis_factor(m, d))) {}

const DistanceInfo& Distance::info() const { return kDistances[static_cast<std::size_t>(kind_)]; }

float Distance::between(const float* x, const float* y, std::int64_t d) const {
  switch (kind_) {
    case DistanceKind::euclidean:
      return euclidean_from(sum_squared_differences(x, y, d), x, y, d);
    case DistanceKind::sqeuclidean:
      return sum_squared_differences(x, y, d);
    case DistanceKind::manhattan:
      return sum_absolute_differences(x, y, d);
    case DistanceKind::cosine:
      return cosine(x, y, d);
    case DistanceKind::mahalanobis:
    case DistanceKind::sqmahalanobis:
      break;
  }
  std::vector<float> difference(static_cast<std::size_t>(d));
  for (std::size_t i = 0; i < difference.size(); ++i) difference[i] = x[i] - y[i];
  const double squares = factored_squares(*factor_, difference.data());
  return static_cast<float>(kind_ == DistanceKind::mahalanobis ? std::sqrt(squares) : squares);
}

void Distance::to_rows(const float* x, MatrixView rows, float* out) const {
  if (kind_ == DistanceKind::euclidean || kind_ == DistanceKind::sqeuclidean) {
    for (std::int64_t i = 0; i < rows.rows; ++i) out[i] = sum_squared_differences(x, rows.row(i), rows.cols);
    if (kind_ == DistanceKind::euclidean) {
      for (std::int64_t i = 0; i < rows.rows; ++i) out[i] = euclidean_from(out[i], x, rows.row(i), rows.cols);
    }
    return;
  }
  for (std::int64_t i = 0; i < rows.rows; ++i) out[i] = between(x, rows.row(i), rows.cols);
}

const DistanceInfo& distance_info(std::string_view name) {
  return row_named(distances(), "--distance", "distance", name);
}

Distance parse_distance(std::string_view name) { return Distance(distance_info(name).kind); }

}  // namespace nearfar
