#pragma once

#include "nearfar/network/layer.h"

namespace nearfar {

/// y = L x for every row x; L is output_dim x input_dim, all of it trained.
class Linear final : public Layer {
 public:
  explicit Linear(Matrix l) : l_(std::move(l)), gradient_(l_.rows(), l_.cols()) {}
  [[nodiscard]] std::int64_t input_dim() const override { return l_.cols(); }
  [[nodiscard]] std::int64_t output_dim() const override { return l_.rows(); }
  [[nodiscard]] Matrix forward(MatrixView x) const override;
  Matrix backward(MatrixView x, MatrixView y, MatrixView dy, bool want_dx) override;
  std::span<float> parameters() override { return {l_.data(), static_cast<std::size_t>(l_.size())}; }
  std::span<float> gradients() override {
    return {gradient_.data(), static_cast<std::size_t>(gradient_.size())};
  }

 private:
  Matrix l_;
  Matrix gradient_;
};

}  // namespace nearfar
