#include "nearfar/network/activation.h"

#include <array>
#include <cmath>
#include <numbers>

#include "nearfar/network/row_blocks.h"

namespace nearfar {
namespace {

constexpr float kLeak = 0.01F;

constexpr float relu(float x) { return x > 0 ? x : 0.0F; }
constexpr float relu_slope(float y) { return y > 0 ? 1.0F : 0.0F; }
constexpr float leaky(float x) { return x > 0 ? x : kLeak * x; }
constexpr float leaky_slope(float y) { return y > 0 ? 1.0F : kLeak; }

float tanh_of(float x) { return std::tanh(x); }
float tanh_slope(float y) { return 1 - y * y; }

// x P(X <= x) for a standard normal X
float gelu(float x) {
  const auto wide = static_cast<double>(x);
  return static_cast<float>(wide * 0.5 * std::erfc(-wide / std::numbers::sqrt2));
}
// P(X <= x) + x p(x)
float gelu_slope(float x) {
  const auto wide = static_cast<double>(x);
  const double density = std::exp(-wide * wide / 2) / std::sqrt(2 * std::numbers::pi);
  return static_cast<float>(0.5 * std::erfc(-wide / std::numbers::sqrt2) + wide * density);
}

constexpr std::array<ActivationInfo, 4> kActivations{{
    {"relu", "max(0, x)", "", true, relu, relu_slope},
    {"leaky-relu", "x, or 0.01 x below 0", "Maas, Hannun, Ng 2013", true, leaky, leaky_slope},
    {"tanh", "tanh x", "", true, tanh_of, tanh_slope},
    {"gelu", "x P(X <= x) for a standard normal X", "Hendrycks, Gimpel 2016, arXiv:1606.08415", false, gelu,
     gelu_slope},
}};

// The function as a template argument where it is worth the loop being vectorised: relu is in every network.
template <float (*function)(float)>
void map_all(const float* x, float* y, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) y[i] = function(x[i]);
}

template <float (*slope)(float)>
void times_slope(const float* at, const float* dy, float* dx, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) dx[i] = slope(at[i]) * dy[i];
}

}  // namespace

std::span<const ActivationInfo> activations() { return kActivations; }

void Activation::apply(MatrixView x, float* y) const {
  for_row_blocks(x.rows, x.cols, [&](std::int64_t begin, std::int64_t end) {
    const float* from = x.row(begin);
    float* to = y + begin * x.cols;
    const std::int64_t count = (end - begin) * x.cols;
    if (info_.value == relu) return map_all<relu>(from, to, count);
    for (std::int64_t i = 0; i < count; ++i) to[i] = info_.value(from[i]);
  });
}

// dx = dy f'(x)
void Activation::backward(MatrixView x, MatrixView y, MatrixView dy, float* dx) {
  if (dx == nullptr) return;
  const MatrixView at = info_.in_place ? y : x;
  for_row_blocks(at.rows, at.cols, [&](std::int64_t begin, std::int64_t end) {
    const std::int64_t count = (end - begin) * at.cols;
    const float* value = at.row(begin);
    const float* dy_row = dy.row(begin);
    float* dx_row = dx + begin * at.cols;
    if (info_.derivative == relu_slope) return times_slope<relu_slope>(value, dy_row, dx_row, count);
    for (std::int64_t i = 0; i < count; ++i) dx_row[i] = info_.derivative(value[i]) * dy_row[i];
  });
}

}  // namespace nearfar
