#include "nearfar/network/diagonal.h"

#include <algorithm>
#include <vector>

namespace nearfar {

void Diagonal::declare(Parameters& parameters, const std::string& prefix) {
  tensor_ = parameters.add(prefix + "weight", {input().size()}, TensorKind::weight);
}

void Diagonal::bind(Parameters& parameters) {
  weights_ = parameters.values(tensor_);
  gradient_ = parameters.gradients(tensor_);
}

void Diagonal::initialise(Random& /*random*/, bool zero) {
  std::fill(weights_.begin(), weights_.end(), zero ? 0.0F : 1.0F);
}

void Diagonal::apply(MatrixView x, float* y) const {
  for (std::int64_t i = 0; i < x.rows; ++i) {
    for (std::size_t j = 0; j < weights_.size(); ++j) y[j] = weights_[j] * x.row(i)[j];
    y += x.cols;
  }
}

// dw_j = sum_i dy_ij x_ij,  dx_ij = w_j dy_ij
void Diagonal::backward(MatrixView x, MatrixView /*y*/, MatrixView dy, float* dx) {
  std::vector<double> sums(weights_.size());
  for (std::int64_t i = 0; i < x.rows; ++i) {
    for (std::size_t j = 0; j < sums.size(); ++j)
      sums[j] += static_cast<double>(dy.row(i)[j]) * static_cast<double>(x.row(i)[j]);
  }
  std::copy(sums.begin(), sums.end(), gradient_.begin());
  if (dx != nullptr) apply(dy, dx);
}

}  // namespace nearfar
