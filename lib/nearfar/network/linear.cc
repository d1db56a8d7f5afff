#include "nearfar/network/linear.h"

#include <algorithm>
#include <vector>

#include "nearfar/core/product.h"
#include "nearfar/network/initial_weights.h"

namespace nearfar {

void Linear::declare(Parameters& parameters, const std::string& prefix) {
  tensors_[0] = parameters.add(prefix + "weight", {output().size(), input().size()}, TensorKind::weight);
  if (has_bias_) tensors_[1] = parameters.add(prefix + "bias", {output().size()}, TensorKind::offset);
}

void Linear::bind(Parameters& parameters) {
  weight_ = parameters.values(tensors_[0]);
  weight_gradient_ = parameters.gradients(tensors_[0]);
  if (!has_bias_) return;
  bias_ = parameters.values(tensors_[1]);
  bias_gradient_ = parameters.gradients(tensors_[1]);
}

void Linear::initialise(Random& random, bool zero) {
  draw_weights(weight_, input().size(), random, zero);
  std::fill(bias_.begin(), bias_.end(), 0.0F);
}

// Y = X W' + b
void Linear::apply(MatrixView x, float* y) const {
  const std::int64_t outputs = output().size();
  multiply_abt(x, weight(), y, outputs);
  if (!has_bias_) return;
  for (std::int64_t i = 0; i < x.rows; ++i) {
    float* row = y + i * outputs;
    for (std::int64_t j = 0; j < outputs; ++j) row[j] += bias_[static_cast<std::size_t>(j)];
  }
}

// dW = dY' X,  db = sum of the rows of dY,  dX = dY W
void Linear::backward(MatrixView x, MatrixView /*y*/, MatrixView dy, float* dx) {
  multiply_atb(dy, x, weight_gradient_.data(), x.cols);
  if (has_bias_) {
    std::vector<double> sums(bias_.size());
    for (std::int64_t i = 0; i < dy.rows; ++i) {
      for (std::size_t j = 0; j < sums.size(); ++j) sums[j] += static_cast<double>(dy.row(i)[j]);
    }
    std::copy(sums.begin(), sums.end(), bias_gradient_.begin());
  }
  if (dx != nullptr) multiply_ab(dy, weight(), dx, x.cols);
}

}  // namespace nearfar
