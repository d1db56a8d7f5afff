#pragma once

#include "nearfar/network/layer.h"

namespace nearfar {

/// y = W x + b for every row x; W is q x p.
class Linear final : public Layer {
 public:
  Linear(Shape input, std::int64_t outputs, bool bias)
      : Layer(input, Shape::vector(outputs)), has_bias_(bias) {}
  void declare(Parameters& parameters, const std::string& prefix) override;
  void bind(Parameters& parameters) override;
  /// W from a normal distribution of variance 2 / p (He, Zhang, Ren, Sun 2015, arXiv:1502.01852), b at 0.
  void initialise(Random& random, bool zero) override;
  [[nodiscard]] bool trains() const override { return true; }
  void apply(MatrixView x, float* y) const override;
  void backward(MatrixView x, MatrixView y, MatrixView dy, float* dx) override;

 private:
  [[nodiscard]] MatrixView weight() const {
    return {weight_.data(), output().size(), input().size(), input().size()};
  }

  bool has_bias_;
  std::size_t tensors_[2] = {};
  std::span<float> weight_;
  std::span<float> bias_;
  std::span<float> weight_gradient_;
  std::span<float> bias_gradient_;
};

}  // namespace nearfar
