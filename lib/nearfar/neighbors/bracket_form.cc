#include "nearfar/neighbors/bracket_form.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "nearfar/core/parallel.h"
#include "nearfar/core/product.h"

// The bounds. u = 2^-24 and e = 2^-53 are the unit roundoffs of float and double, x and y a query and a
// gallery row, x' and y' their mapped rows in memory, p the computed product, g(k) = k u / (1 - k u). Every
// error is bounded by a sum of a number of x and a number of y:
//
// - A product of m terms, summed in any order, fused or not: |p - x'y'| <= g(m) |x'| |y'| + m 2^-149
//   <= g(m)/2 (|x'|^2 + |y'|^2) + ... (Higham, "Accuracy and Stability of Numerical Algorithms", 2nd
//   ed., 3.1).
// - Bounds are evaluated, and `closeness >= low + from` is tested, in float: 4 u (|x'|^2 + |y'|^2).
// - Rows are mapped in double and rounded once: |x' - map(x)| <= u |x'| (1 + u).
// - The kernels' own errors are in metric/kernels.h. A key belongs to the float that the kernel gives, so
//   they are part of the bound.
//
// euclidean, sqeuclidean: map(x) = s (x - c), c the mean row, s a power of two that makes the longest
// about 1.
//   The key is half the squared distance, |x'|^2/2 + |y'|^2/2 - x'y' <= |x'|^2 + |y'|^2. Rounded rows move
//   |x' - y'| by at most u (|x'| + |y'|), the key by 2.1 u (|x'|^2 + |y'|^2); the kernel moves it by g(k).
// mahalanobis, sqmahalanobis: rows z = s t L (x - c), the key as above. With B = s t |L| |x - c| (never less
// than
//   |z|) a row of z is wrong by (g(d) + 3 u) B, and the kernel's length by g(k) (B + B') more, so the key by
//   2.1 (g(d) + g(k) + 4 u) (B^2 + B'^2).
// cosine: map(x) = x / |x|, the key is 1 - x'y'. angular: the same, key 1 - cos(pi distance): the kernel's
//   angle is wrong by pi (u + sqrt(c/2) + 4 e), and a cosine is never steeper than 1. correlation: cosine of
//   x - mean(x), with r = |x| / |x - mean(x)| for what the subtraction loses.
// dot: map(x) = s x, map(y) = t y, the key is -x'y'.

namespace nearfar {
namespace {

constexpr double kU = 0x1p-24;
constexpr double kE = 0x1p-53;
constexpr double kTiny = 0x1p-149;
constexpr std::int64_t kRows = 256;  // mapped in one task

double real(std::int64_t value) { return static_cast<double>(value); }
double wide(float value) { return static_cast<double>(value); }
double g(double k) { return k * kU / (1 - k * kU); }
double kernel_roundings(std::int64_t d) { return std::ceil(real(d) / 16) + 8; }

double squared_length(const float* x, std::int64_t d) {
  double sum = 0;
  for (std::int64_t j = 0; j < d; ++j) sum += wide(x[j]) * wide(x[j]);
  return sum;
}

// map(x, out) writes one row.
template <class Map>
FormSide mapped(MatrixView x, std::int64_t columns, Map map) {
  FormSide side;
  side.rows = Matrix(x.rows, columns);
  side.squares.resize(static_cast<std::size_t>(x.rows));
  parallel_ranges(x.rows, kRows, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      map(x.row(i), side.rows.row(i));
      side.squares[static_cast<std::size_t>(i)] = squared_length(side.rows.row(i), columns);
    }
  });
  return side;
}

// offset = share |x'|^2 + constant, error = relative |x'|^2 + absolute.
void set_bounds(FormSide& side, double share, double constant, double relative, double absolute) {
  for (const double square : side.squares) {
    side.offset.push_back(share * square + constant);
    side.error.push_back(relative * square + absolute);
  }
}

// A power of two that makes a row of this squared length about 1 long.
double power_for(double square) { return square > 0 ? std::ldexp(1, -std::ilogb(std::sqrt(square))) : 1; }

// Where distances of this many times the longest row stay well inside the range of a float.
bool in_range(double scale) { return scale > 0x1p-120 && scale < 0x1p140; }

double longest(MatrixView x, const std::vector<double>& centre) {
  double largest = 0;
  for (std::int64_t i = 0; i < x.rows; ++i) {
    double sum = 0;
    for (std::int64_t j = 0; j < x.cols; ++j) {
      const double delta = wide(x.row(i)[j]) - centre[static_cast<std::size_t>(j)];
      sum += delta * delta;
    }
    largest = std::max(largest, sum);
  }
  return largest;
}

// The mean row, rounded to floats: the difference of two floats is then rounded once. (Any centre is valid.)
std::vector<double> centre_of(MatrixView x) {
  std::vector<double> mean(static_cast<std::size_t>(x.cols));
  for (std::int64_t i = 0; i < x.rows; ++i) {
    for (std::int64_t j = 0; j < x.cols; ++j) mean[static_cast<std::size_t>(j)] += wide(x.row(i)[j]);
  }
  for (double& value : mean) value = wide(static_cast<float>(value / real(x.rows)));
  return mean;
}

std::optional<BracketForm> euclidean_form(MatrixView queries, MatrixView gallery, bool squared) {
  const std::int64_t d = queries.cols;
  const std::vector<double> centre = centre_of(gallery.rows > 0 ? gallery : queries);
  const double scale = power_for(std::max(longest(queries, centre), longest(gallery, centre)));
  // Without a root the kernel overflows, and underflows, at the square.
  if (!in_range(squared ? scale * scale : scale)) return std::nullopt;
  const auto map = [&](const float* x, float* out) {
    for (std::int64_t j = 0; j < d; ++j)
      out[j] = static_cast<float>((wide(x[j]) - centre[static_cast<std::size_t>(j)]) * scale);
  };
  BracketForm form{mapped(queries, d, map), mapped(gallery, d, map), scale};
  const double relative = 0.5 * g(real(d)) + 1.1 * g(kernel_roundings(d)) + 8 * kU;
  const double absolute = kTiny * (real(d) + 8 * scale + (squared ? scale * scale : 0));
  set_bounds(form.queries, 0.5, 0, relative, absolute);
  set_bounds(form.gallery, 0.5, 0, relative, absolute);
  return form;
}

std::optional<BracketForm> mahalanobis_form(MatrixView queries, MatrixView gallery, const Matrix& l,
                                            bool squared) {
  const std::int64_t d = queries.cols;
  const std::vector<double> centre = centre_of(gallery.rows > 0 ? gallery : queries);
  double l_square = 0;
  for (std::int64_t r = 0; r < l.rows(); ++r) l_square += squared_length(l.row(r), d);
  const double row_scale = power_for(std::max(longest(queries, centre), longest(gallery, centre)));
  const double l_scale = power_for(l_square);
  const double unit = row_scale * l_scale;
  if (!in_range(row_scale) || !in_range(l_scale) || !in_range(squared ? unit * unit : unit))
    return std::nullopt;
  Matrix scaled = Matrix::copy_of(l);
  for (std::int64_t i = 0; i < scaled.size(); ++i)
    scaled.data()[i] = static_cast<float>(wide(scaled.data()[i]) * l_scale);
  const auto map = [&](const float* x, float* out) {
    for (std::int64_t j = 0; j < d; ++j)
      out[j] = static_cast<float>((wide(x[j]) - centre[static_cast<std::size_t>(j)]) * row_scale);
  };
  const double kappa = g(real(d)) + g(kernel_roundings(d)) + 4 * kU;
  const double relative = 0.5 * g(real(l.rows())) + 5 * kU;  // of |z|^2
  const double absolute = 8 * kTiny * real(d) * real(l.rows()) * (1 + unit + (squared ? unit * unit : 0));
  const auto finish = [&](MatrixView x) {
    FormSide side = mapped(x, d, map);
    const std::vector<double> lengths = std::move(side.squares);  // of s (x - c)
    side.rows = multiply_abt(side.rows, scaled);
    side.squares.clear();
    for (std::int64_t i = 0; i < x.rows; ++i)
      side.squares.push_back(squared_length(side.rows.row(i), l.rows()));
    set_bounds(side, 0.5, 0, relative, absolute);
    const double b_share = 2.1 * kappa * l_square * l_scale * l_scale;
    for (std::size_t i = 0; i < lengths.size(); ++i) side.error[i] += b_share * lengths[i];
    return side;
  };
  return BracketForm{finish(queries), finish(gallery), unit};
}

// Rows without a direction (zero, or for correlation constant) are at 1 from all others and at 0 from their
// like: they are mapped to a unit vector along one more axis.
BracketForm cosine_form(MatrixView queries, MatrixView gallery, DistanceKind kind) {
  const std::int64_t d = queries.cols;
  const bool centred = kind == DistanceKind::correlation;
  const auto without_direction = [&](const float* x) {
    return std::all_of(x, x + d, [&](float value) { return value == (centred ? x[0] : 0.0F); });
  };
  const auto any_without = [&](MatrixView x) {
    for (std::int64_t i = 0; i < x.rows; ++i) {
      if (without_direction(x.row(i))) return true;
    }
    return false;
  };
  const std::int64_t columns = d + (any_without(queries) || any_without(gallery) ? 1 : 0);
  const auto mean_of = [&](const float* x) {
    double sum = 0;
    for (std::int64_t j = 0; centred && j < d; ++j) sum += wide(x[j]);
    return sum / real(d);
  };
  const auto map = [&](const float* x, float* out) {
    if (without_direction(x)) {
      out[d] = 1;
      return;
    }
    const double mean = mean_of(x);
    double square = 0;
    for (std::int64_t j = 0; j < d; ++j) square += (wide(x[j]) - mean) * (wide(x[j]) - mean);
    const double length = std::sqrt(square);
    for (std::int64_t j = 0; j < d; ++j) out[j] = static_cast<float>((wide(x[j]) - mean) / length);
  };
  const double c = (real(d) / 8 + 20) * kE;
  const double kernel = kind == DistanceKind::angular ? 4 * kU + 4 * std::sqrt(c) : 2 * kU + c;
  const double error = 0.5 * (g(real(columns)) + kernel + 16 * kU) + real(columns) * kTiny;
  const auto finish = [&](MatrixView x) {
    FormSide side = mapped(x, columns, map);
    set_bounds(side, 0, 0.5, 0, error);
    for (std::int64_t i = 0; centred && i < x.rows; ++i) {
      if (without_direction(x.row(i))) continue;
      const double mean = mean_of(x.row(i));
      double square = 0;
      for (std::int64_t j = 0; j < d; ++j) square += (wide(x.row(i)[j]) - mean) * (wide(x.row(i)[j]) - mean);
      const double lost = (real(d) + 8) * kE * std::sqrt(squared_length(x.row(i), d) / square);
      side.error[static_cast<std::size_t>(i)] += 4 * lost + 3 * lost * lost;
    }
    return side;
  };
  return {finish(queries), finish(gallery), 1};
}

std::optional<BracketForm> dot_form(MatrixView queries, MatrixView gallery) {
  const std::int64_t d = queries.cols;
  const std::vector<double> origin(static_cast<std::size_t>(d));
  const double query_scale = power_for(longest(queries, origin));
  const double gallery_scale = gallery.rows > 0 ? power_for(longest(gallery, origin)) : query_scale;
  if (!in_range(query_scale * gallery_scale)) return std::nullopt;
  const double relative = 0.5 * (g(real(d)) + (real(d) / 16 + 5) * kE + 12 * kU);
  const double absolute = kTiny * (2 * real(d) + query_scale * gallery_scale);
  const auto finish = [&](MatrixView x, double scale) {
    FormSide side = mapped(x, d, [&](const float* row, float* out) {
      for (std::int64_t j = 0; j < d; ++j) out[j] = static_cast<float>(wide(row[j]) * scale);
    });
    set_bounds(side, 0, 0, relative, absolute);
    return side;
  };
  return BracketForm{finish(queries, query_scale), finish(gallery, gallery_scale),
                     query_scale * gallery_scale};
}

}  // namespace

std::optional<BracketForm> bracket_form(MatrixView queries, MatrixView gallery, const Distance& distance) {
  constexpr std::int64_t kMostColumns = std::int64_t{1} << 20;  // as the kernels' bounds
  if (queries.cols == 0 || queries.cols > kMostColumns || queries.rows == 0) return std::nullopt;
  switch (distance.kind()) {
    case DistanceKind::euclidean:
    case DistanceKind::sqeuclidean:
      return euclidean_form(queries, gallery, distance.kind() == DistanceKind::sqeuclidean);
    case DistanceKind::mahalanobis:
    case DistanceKind::sqmahalanobis:
      return mahalanobis_form(queries, gallery, distance.factor(),
                              distance.kind() == DistanceKind::sqmahalanobis);
    case DistanceKind::cosine:
    case DistanceKind::angular:
    case DistanceKind::correlation:
      return cosine_form(queries, gallery, distance.kind());
    case DistanceKind::dot:
      return dot_form(queries, gallery);
    default:
      return std::nullopt;
  }
}

double bracket_key(DistanceKind kind, double unit, float distance) {
  const double value = wide(distance);
  switch (kind) {
    case DistanceKind::euclidean:
    case DistanceKind::mahalanobis:
      return 0.5 * (value * unit) * std::abs(value * unit);
    case DistanceKind::sqeuclidean:
    case DistanceKind::sqmahalanobis:
      return 0.5 * value * unit * unit;
    case DistanceKind::angular:
      return value < 0 ? value : value > 1 ? value + 1 : 1 - std::cos(std::numbers::pi * value);
    case DistanceKind::dot:
      return value * unit;
    default:
      return value;
  }
}

}  // namespace nearfar
