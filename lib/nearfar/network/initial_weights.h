#pragma once

#include <cmath>
#include <span>

#include "nearfar/core/random.h"

namespace nearfar {

/// Normal numbers of variance 2 / fan_in (He, Zhang, Ren, Sun 2015, arXiv:1502.01852, equation 10), or zeros.
inline void draw_weights(std::span<float> weights, std::int64_t fan_in, Random& random, bool zero) {
  const double deviation = zero ? 0 : std::sqrt(2.0 / static_cast<double>(fan_in));
  for (float& weight : weights) weight = static_cast<float>(deviation * random.normal());
}

/// Uniform numbers from -1 / sqrt(fan_in) to 1 / sqrt(fan_in), of variance 1 / (3 fan_in), or zeros: for
/// kernels, behind which mostly the largest of several numbers is taken, so that 2 / fan_in grows from layer
/// to layer. It is what PyTorch starts with.
inline void draw_small_weights(std::span<float> weights, std::int64_t fan_in, Random& random, bool zero) {
  const double bound = zero ? 0 : 1 / std::sqrt(static_cast<double>(fan_in));
  for (float& weight : weights) weight = static_cast<float>(bound * (2 * random.uniform() - 1));
}

}  // namespace nearfar
