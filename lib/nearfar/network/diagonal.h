#pragma once

#include "nearfar/network/layer.h"

namespace nearfar {

/// y_j = w_j x_j: a weight for every number of a row, 1 at first.
class Diagonal final : public Layer {
 public:
  explicit Diagonal(Shape input) : Layer(input, input) {}
  void declare(Parameters& parameters, const std::string& prefix) override;
  void bind(Parameters& parameters) override;
  void initialise(Random& random, bool zero) override;
  [[nodiscard]] bool trains() const override { return true; }
  void apply(MatrixView x, float* y) const override;
  void backward(MatrixView x, MatrixView y, MatrixView dy, float* dx) override;

 private:
  std::size_t tensor_ = 0;
  std::span<float> weights_;
  std::span<float> gradient_;
};

}  // namespace nearfar
