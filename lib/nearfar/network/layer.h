#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "nearfar/core/matrix.h"

namespace nearfar {

/// One step of a network, forward and backward side by side. Rows are samples.
class Layer {
 public:
  virtual ~Layer() = default;
  [[nodiscard]] virtual std::int64_t input_dim() const = 0;
  [[nodiscard]] virtual std::int64_t output_dim() const = 0;
  /// y (n x output_dim) of x (n x input_dim).
  [[nodiscard]] virtual Matrix forward(MatrixView x) const = 0;
  /// Given x, y = forward(x) and dy = dLoss/dy: stores dLoss/dparameters in gradients(), and returns
  /// dLoss/dx, or an empty matrix when `want_dx` is false.
  virtual Matrix backward(MatrixView x, MatrixView y, MatrixView dy, bool want_dx) = 0;
  /// Trained numbers, and their gradients after backward(); both empty for a layer without any.
  virtual std::span<float> parameters() { return {}; }
  virtual std::span<float> gradients() { return {}; }
};

/// Layers in a row.
class Network {
 public:
  void add(std::unique_ptr<Layer> layer) { layers_.push_back(std::move(layer)); }
  [[nodiscard]] std::int64_t output_dim() const { return layers_.back()->output_dim(); }
  /// Keeps the output of every layer for backward(); x must stay alive until then.
  const Matrix& forward(MatrixView x);
  void backward(MatrixView dy);
  [[nodiscard]] std::vector<Layer*> layers();

 private:
  std::vector<std::unique_ptr<Layer>> layers_;
  MatrixView input_;
  std::vector<Matrix> outputs_;
};

}  // namespace nearfar
