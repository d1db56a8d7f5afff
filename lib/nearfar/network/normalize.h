#pragma once

#include "nearfar/network/layer.h"

namespace nearfar {

/// y = x / |x|: rows of length 1. A row of zeros stays zero and passes no gradient.
class Normalize final : public Layer {
 public:
  explicit Normalize(std::int64_t dim) : dim_(dim) {}
  [[nodiscard]] std::int64_t input_dim() const override { return dim_; }
  [[nodiscard]] std::int64_t output_dim() const override { return dim_; }
  [[nodiscard]] Matrix forward(MatrixView x) const override;
  Matrix backward(MatrixView x, MatrixView y, MatrixView dy, bool want_dx) override;

 private:
  std::int64_t dim_;
};

/// Scales every row of `x` to length 1, in place; rows of zeros stay.
void normalize_rows(Matrix& x);

}  // namespace nearfar
