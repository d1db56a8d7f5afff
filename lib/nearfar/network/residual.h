#pragma once

#include "nearfar/network/chain.h"

namespace nearfar {

/// y = x + f(x), where f is layers that keep the shape. He, Zhang, Ren, Sun 2016, arXiv:1512.03385. The last
/// layer of f with weights starts at 0, so that the block starts as the identity (Zhang, Dauphin, Ma 2019,
/// arXiv:1901.09321).
class Residual final : public Layer {
 public:
  Residual(Shape input, Chain inner) : Layer(input, input), inner_(std::move(inner)) {}
  void declare(Parameters& parameters, const std::string& prefix) override;
  void bind(Parameters& parameters) override;
  void initialise(Random& random, bool zero) override;
  [[nodiscard]] bool trains() const override { return inner_.trains(); }
  void apply(MatrixView x, float* y) const override;
  void forward(MatrixView x, float* y, const Pass& pass) override;
  void backward(MatrixView x, MatrixView y, MatrixView dy, float* dx) override;
  [[nodiscard]] bool couples_rows() const override { return inner_.couples_rows(); }

 private:
  Chain inner_;
};

}  // namespace nearfar
