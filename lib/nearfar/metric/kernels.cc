#include "nearfar/metric/kernels.h"

#include <cmath>

namespace nearfar {
namespace {

constexpr std::int64_t kLanes = 16;

template <class Term>
inline float lane_sum(const float* x, const float* y, std::int64_t d, Term term) {
  float sums[kLanes] = {};
  std::int64_t i = 0;
  for (; i + kLanes <= d; i += kLanes) {
    for (std::int64_t lane = 0; lane < kLanes; ++lane) sums[lane] += term(x[i + lane], y[i + lane]);
  }
  for (std::int64_t lane = 0; i + lane < d; ++lane) sums[lane] += term(x[i + lane], y[i + lane]);
  for (std::int64_t width = kLanes / 2; width > 0; width /= 2) {
    for (std::int64_t lane = 0; lane < width; ++lane) sums[lane] += sums[lane + width];
  }
  return sums[0];
}

}  // namespace

float sum_squared_differences(const float* x, const float* y, std::int64_t d) {
  return lane_sum(x, y, d, [](float a, float b) { return (a - b) * (a - b); });
}

float sum_absolute_differences(const float* x, const float* y, std::int64_t d) {
  return lane_sum(x, y, d, [](float a, float b) { return std::fabs(a - b); });
}

float dot_product(const float* x, const float* y, std::int64_t d) {
  return lane_sum(x, y, d, [](float a, float b) { return a * b; });
}

}  // namespace nearfar
