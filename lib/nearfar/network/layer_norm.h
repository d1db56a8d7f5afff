#pragma once

#include "nearfar/network/layer.h"

namespace nearfar {

/// y = g (x - mean) / sqrt(variance + 1e-5) + b with the mean and variance of the row. Ba, Kiros, Hinton
/// 2016, arXiv:1607.06450.
class LayerNorm final : public Layer {
 public:
  explicit LayerNorm(Shape input) : Layer(input, input) {}
  void declare(Parameters& parameters, const std::string& prefix) override;
  void bind(Parameters& parameters) override;
  void initialise(Random& random, bool zero) override;
  [[nodiscard]] bool trains() const override { return true; }
  void apply(MatrixView x, float* y) const override;
  void backward(MatrixView x, MatrixView y, MatrixView dy, float* dx) override;

 private:
  std::size_t tensors_[2] = {};
  std::span<float> scale_;
  std::span<float> shift_;
  std::span<float> scale_gradient_;
  std::span<float> shift_gradient_;
};

}  // namespace nearfar
