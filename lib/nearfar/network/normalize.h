#pragma once

#include "nearfar/network/layer.h"

namespace nearfar {

/// y = x / |x|: rows of length 1. A row of zeros stays zero and passes no gradient.
class Normalize final : public Layer {
 public:
  explicit Normalize(Shape input) : Layer(input, input) {}
  void apply(MatrixView x, float* y) const override;
  void backward(MatrixView x, MatrixView y, MatrixView dy, float* dx) override;
  [[nodiscard]] bool needs_output() const override { return true; }
};

/// Scales every row of `x` to length 1, in place; rows of zeros stay.
void normalize_rows(Matrix& x);

}  // namespace nearfar
