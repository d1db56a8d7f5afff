#pragma once

#include "nearfar/network/layer.h"

namespace nearfar {

/// y_j = w_j x_j: a weight for every feature.
class Diagonal final : public Layer {
 public:
  explicit Diagonal(std::vector<float> weights) : weights_(std::move(weights)), gradient_(weights_.size()) {}
  [[nodiscard]] std::int64_t input_dim() const override { return static_cast<std::int64_t>(weights_.size()); }
  [[nodiscard]] std::int64_t output_dim() const override { return input_dim(); }
  [[nodiscard]] Matrix forward(MatrixView x) const override;
  Matrix backward(MatrixView x, MatrixView y, MatrixView dy, bool want_dx) override;
  std::span<float> parameters() override { return weights_; }
  std::span<float> gradients() override { return gradient_; }

 private:
  std::vector<float> weights_;
  std::vector<float> gradient_;
};

}  // namespace nearfar
