// The distances made of inner products, summed in double: the product of two floats is exact there, and
// neither overflows nor vanishes.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "nearfar/metric/distance.h"
#include "nearfar/metric/kernels.h"
#include "nearfar/metric/lanes.h"
#include "nearfar/metric/saturate.h"

namespace nearfar {
namespace {

double wide(float value) { return value; }

double inner(const float* x, const float* y, std::int64_t d) {
  return lane_sum<double>(d, [=](std::int64_t i) { return wide(x[i]) * wide(y[i]); });
}

// Of a row of equal numbers it is exactly that number.
double mean(const float* x, std::int64_t d) {
  return lane_sum<double>(d, [=](std::int64_t i) { return wide(x[i]); }) / static_cast<double>(d);
}

// sum (x_i - x_mean)(y_i - y_mean)
double centred_inner(const float* x, double x_mean, const float* y, double y_mean, std::int64_t d) {
  return lane_sum<double>(d, [=](std::int64_t i) { return (wide(x[i]) - x_mean) * (wide(y[i]) - y_mean); });
}

// The cosine of an angle. A row without direction stands at right angles to all others, and at no angle to
// its like. The root of the product of two equal numbers is exact, so a row is at exactly 0 from itself.
double cosine_of(double xy, double xx, double yy) {
  if (xx == 0 || yy == 0) return xx == yy ? 1 : 0;
  return std::clamp(xy / std::sqrt(xx * yy), -1.0, 1.0);
}

// result(cosine of the angle between x and y) for every row y.
template <class Result>
void each_cosine(const float* x, MatrixView rows, float* out, Result result) {
  const std::int64_t d = rows.cols;
  const double xx = inner(x, x, d);
  for (std::int64_t i = 0; i < rows.rows; ++i) {
    const float* y = rows.row(i);
    out[i] = static_cast<float>(result(cosine_of(inner(x, y, d), xx, inner(y, y, d))));
  }
}

}  // namespace

void cosine_rows(const Distance& /*self*/, const float* x, MatrixView rows, float* out) {
  each_cosine(x, rows, out, [](double cosine) { return 1 - cosine; });
}

void angular_rows(const Distance& /*self*/, const float* x, MatrixView rows, float* out) {
  each_cosine(x, rows, out, [](double cosine) { return std::acos(cosine) * std::numbers::inv_pi; });
}

void correlation_rows(const Distance& /*self*/, const float* x, MatrixView rows, float* out) {
  const std::int64_t d = rows.cols;
  const double x_mean = mean(x, d);
  const double xx = centred_inner(x, x_mean, x, x_mean, d);
  for (std::int64_t i = 0; i < rows.rows; ++i) {
    const float* y = rows.row(i);
    const double y_mean = mean(y, d);
    const double xy = centred_inner(x, x_mean, y, y_mean, d);
    const double yy = centred_inner(y, y_mean, y, y_mean, d);
    out[i] = static_cast<float>(1 - cosine_of(xy, xx, yy));
  }
}

void dot_rows(const Distance& /*self*/, const float* x, MatrixView rows, float* out) {
  for (std::int64_t i = 0; i < rows.rows; ++i) out[i] = saturated(0 - inner(x, rows.row(i), rows.cols));
}

// var(y - x) / var(x), the means being taken off before the rows meet; an anchor without variance is at 0
// from what differs by a constant, and as far as a float goes from the rest.
void snr_rows(const Distance& /*self*/, const float* x, MatrixView rows, float* out) {
  const std::int64_t d = rows.cols;
  const double x_mean = mean(x, d);
  const double signal = centred_inner(x, x_mean, x, x_mean, d);
  for (std::int64_t i = 0; i < rows.rows; ++i) {
    const float* y = rows.row(i);
    const double y_mean = mean(y, d);
    const double noise = lane_sum<double>(d, [=](std::int64_t k) {
      const double difference = (wide(y[k]) - y_mean) - (wide(x[k]) - x_mean);
      return difference * difference;
    });
    out[i] = noise == 0 ? 0.0F : signal == 0 ? kLargestFloat : saturated(noise / signal);
  }
}

}  // namespace nearfar
