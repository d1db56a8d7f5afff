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

}  // namespace nearfar
