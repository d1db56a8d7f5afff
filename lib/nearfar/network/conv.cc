#include "nearfar/network/conv.h"

#include <algorithm>

#include "nearfar/network/initial_weights.h"

namespace nearfar {

void Conv::declare(Parameters& parameters, const std::string& prefix) {
  tensors_[0] =
      parameters.add(prefix + "weight", {output().channels, input().channels, options_.size, options_.size},
                     TensorKind::weight);
  tensors_[1] = parameters.add(prefix + "bias", {output().channels}, TensorKind::offset);
}

void Conv::bind(Parameters& parameters) {
  weight_ = parameters.values(tensors_[0]);
  bias_ = parameters.values(tensors_[1]);
  weight_gradient_ = parameters.gradients(tensors_[0]);
  bias_gradient_ = parameters.gradients(tensors_[1]);
}

void Conv::initialise(Random& random, bool zero) {
  draw_small_weights(weight_, fan_in_, random, zero);
  std::fill(bias_.begin(), bias_.end(), 0.0F);
}

std::int64_t images_of_part(std::int64_t images, std::int64_t block) {
  constexpr std::int64_t kMostParts = 32;
  const std::int64_t blocks = (images + block - 1) / block;
  return std::max<std::int64_t>(1, (blocks + kMostParts - 1) / kMostParts) * block;
}

std::vector<double> sums_of_parts(const Matrix& parts, std::int64_t begin, std::int64_t end) {
  std::vector<double> sums(static_cast<std::size_t>(end - begin));
  for (std::int64_t part = 0; part < parts.rows(); ++part) {
    const float* numbers = parts.row(part) + begin;
    for (std::size_t k = 0; k < sums.size(); ++k) sums[k] += static_cast<double>(numbers[k]);
  }
  return sums;
}

}  // namespace nearfar
