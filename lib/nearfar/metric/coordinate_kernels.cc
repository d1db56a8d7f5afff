// The distances that compare coordinate by coordinate.
#include <algorithm>
#include <bit>
#include <cmath>

#include "nearfar/metric/distance.h"
#include "nearfar/metric/kernels.h"
#include "nearfar/metric/lanes.h"
#include "nearfar/metric/saturate.h"

namespace nearfar {
namespace {

// out[i] = pair(row i).
template <class Pair>
void each_row(MatrixView rows, float* out, Pair pair) {
  for (std::int64_t i = 0; i < rows.rows; ++i) out[i] = pair(rows.row(i));
}

// out[i] = result(the sum that `add` makes of x and row i, row i), four rows at a time.
template <class Add, class Result>
void each_sum(const float* x, MatrixView rows, float* out, Add add, Result result) {
  constexpr std::int64_t kAtOnce = 4;
  std::int64_t i = 0;
  for (; i + kAtOnce <= rows.rows; i += kAtOnce) {
    const float* const four[kAtOnce] = {rows.row(i), rows.row(i + 1), rows.row(i + 2), rows.row(i + 3)};
    lane_sums<kAtOnce>(rows.cols, x, four, out + i, add);
  }
  for (; i < rows.rows; ++i) {
    const float* const one[1] = {rows.row(i)};
    lane_sums<1>(rows.cols, x, one, out + i, add);
  }
  for (i = 0; i < rows.rows; ++i) out[i] = result(out[i], rows.row(i));
}

constexpr auto kAddSquare = [](LaneVector& sum, const LaneVector& a, const LaneVector& b) {
  sum += (a - b) * (a - b);
};

// |a - b| in double, which holds it for all floats.
double gap(float a, float b) { return std::fabs(static_cast<double>(a) - static_cast<double>(b)); }

double double_squares(const float* x, const float* y, std::int64_t d) {
  return lane_sum<double>(d, [=](std::int64_t i) { return gap(x[i], y[i]) * gap(x[i], y[i]); });
}

float manhattan(const float* x, const float* y, std::int64_t d) {
  return saturated(lane_sum<float>(d, [=](std::int64_t i) { return std::fabs(x[i] - y[i]); }));
}

// The bits of floats of one sign are integers in the same order; of those the compiler makes vectors.
float largest_gap(const float* x, const float* y, std::int64_t d) {
  return std::bit_cast<float>(lane_max<std::int32_t>(
      d, [=](std::int64_t i) { return std::bit_cast<std::int32_t>(std::fabs(x[i] - y[i])); }));
}

std::int32_t unequal(const float* x, const float* y, std::int64_t d) {
  return lane_sum<std::int32_t>(d, [=](std::int64_t i) { return static_cast<std::int32_t>(x[i] != y[i]); });
}

// (sum power(|x_i - y_i|))^(1/P), power(t) = t^P.
template <class Power>
float minkowski(const float* x, const float* y, std::int64_t d, double exponent, Power power) {
  const double sum = lane_sum<double>(d, [=](std::int64_t i) { return power(gap(x[i], y[i])); });
  if (sum > 1e-250 && sum < 1e300) return saturated(std::pow(sum, 1 / exponent));
  // Beyond the range of a double: the same of the gaps divided by the largest of them.
  const double largest = lane_max<double>(d, [=](std::int64_t i) { return gap(x[i], y[i]); });
  if (largest == 0) return 0;
  const double scaled = lane_sum<double>(d, [=](std::int64_t i) { return power(gap(x[i], y[i]) / largest); });
  return saturated(largest * std::pow(scaled, 1 / exponent));
}

// |a - b| / (|a| + |b|), 0 for 0/0.
float canberra_term(float a, float b) {
  // Powers of two keep the quotient; huge coordinates are brought down first.
  const float scale = std::max(std::fabs(a), std::fabs(b)) > 1e37F ? 0.125F : 1.0F;
  const float difference = std::fabs(a * scale - b * scale);
  const float sum = std::fabs(a * scale) + std::fabs(b * scale);
  return difference / (sum > 0 ? sum : 1);
}

// sum |x_i - y_i| / sum part(x_i, y_i), where no part is less than its |x_i - y_i|; 0 for 0/0.
template <class Part>
float share(const float* x, const float* y, std::int64_t d, Part part) {
  const float difference = lane_sum<float>(d, [=](std::int64_t i) { return std::fabs(x[i] - y[i]); });
  const float whole = lane_sum<float>(d, [=](std::int64_t i) { return part(x[i], y[i]); });
  if (difference == 0) return 0;
  if (whole > 0 && whole <= kLargestFloat) return std::min(difference / whole, 1.0F);
  const double wide = lane_sum<double>(d, [=](std::int64_t i) { return gap(x[i], y[i]); });
  // A quarter of each part, so that it is a float.
  const double wide_whole = lane_sum<double>(
      d, [=](std::int64_t i) { return 4 * static_cast<double>(part(x[i] * 0.25F, y[i] * 0.25F)); });
  return wide_whole > 0 ? static_cast<float>(std::min(wide / wide_whole, 1.0)) : 1.0F;
}

}  // namespace

void euclidean_rows(const Distance& /*self*/, const float* x, MatrixView rows, float* out) {
  each_sum(x, rows, out, kAddSquare, [](float squares, const float*) { return squares; });
  int outside = 0;
  for (std::int64_t i = 0; i < rows.rows; ++i) outside += in_range(out[i]) ? 0 : 1;
  if (outside == 0) {
    for (std::int64_t i = 0; i < rows.rows; ++i) out[i] = std::sqrt(out[i]);
    return;
  }
  for (std::int64_t i = 0; i < rows.rows; ++i) {
    out[i] = in_range(out[i]) ? std::sqrt(out[i])
                              : saturated(std::sqrt(double_squares(x, rows.row(i), rows.cols)));
  }
}

void sqeuclidean_rows(const Distance& /*self*/, const float* x, MatrixView rows, float* out) {
  each_sum(x, rows, out, kAddSquare, [=](float squares, const float* y) {
    return in_range(squares) ? squares : saturated(double_squares(x, y, rows.cols));
  });
}

void manhattan_rows(const Distance& /*self*/, const float* x, MatrixView rows, float* out) {
  each_row(rows, out, [=](const float* y) { return manhattan(x, y, rows.cols); });
}

void chebyshev_rows(const Distance& /*self*/, const float* x, MatrixView rows, float* out) {
  each_row(rows, out, [=](const float* y) { return saturated(largest_gap(x, y, rows.cols)); });
}

// The exponents that need no logarithm have their own loops.
void minkowski_rows(const Distance& self, const float* x, MatrixView rows, float* out) {
  const double p = self.exponent();
  const auto each = [&](auto power) {
    each_row(rows, out, [=](const float* y) { return minkowski(x, y, rows.cols, p, power); });
  };
  if (p == 1) {
    manhattan_rows(self, x, rows, out);
  } else if (p == 2) {
    euclidean_rows(self, x, rows, out);
  } else if (p == 3) {
    each([](double t) { return t * t * t; });
  } else if (p == 4) {
    each([](double t) { return (t * t) * (t * t); });
  } else {
    each([p](double t) { return std::pow(t, p); });
  }
}

void canberra_rows(const Distance& /*self*/, const float* x, MatrixView rows, float* out) {
  each_row(rows, out, [=](const float* y) {
    return lane_sum<float>(rows.cols, [=](std::int64_t i) { return canberra_term(x[i], y[i]); });
  });
}

void braycurtis_rows(const Distance& /*self*/, const float* x, MatrixView rows, float* out) {
  each_row(rows, out, [=](const float* y) {
    return share(x, y, rows.cols, [](float a, float b) { return std::fabs(a) + std::fabs(b); });
  });
}

void hamming_rows(const Distance& /*self*/, const float* x, MatrixView rows, float* out) {
  const auto count = static_cast<float>(std::max<std::int64_t>(rows.cols, 1));
  each_row(rows, out, [=](const float* y) { return static_cast<float>(unequal(x, y, rows.cols)) / count; });
}

// 1 - sum min / sum max = sum |x_i - y_i| / sum max.
void jaccard_rows(const Distance& /*self*/, const float* x, MatrixView rows, float* out) {
  each_row(rows, out, [=](const float* y) {
    return share(x, y, rows.cols, [](float a, float b) { return a > b ? a : b; });
  });
}

}  // namespace nearfar
