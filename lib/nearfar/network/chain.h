#pragma once

#include <memory>
#include <vector>

#include "nearfar/network/layer.h"

namespace nearfar {

/// Layers one after the other, and the memory for what lies between them, which is kept from step to step.
class Chain {
 public:
  void add(std::unique_ptr<Layer> layer) { layers_.push_back(std::move(layer)); }
  /// Puts another layer in the place of layer l; together the layers must still fit.
  void replace(std::size_t l, std::unique_ptr<Layer> layer) { layers_[l] = std::move(layer); }
  [[nodiscard]] bool empty() const { return layers_.empty(); }
  [[nodiscard]] const std::vector<std::unique_ptr<Layer>>& layers() const { return layers_; }
  [[nodiscard]] const Shape& output() const { return layers_.back()->output(); }
  [[nodiscard]] bool trains() const;
  [[nodiscard]] bool couples_rows() const;
  /// Numbers of a row at the widest place.
  [[nodiscard]] std::int64_t widest() const;

  /// y (n x q) of x (n x p), as a trained network maps rows.
  void apply(MatrixView x, float* y) const;
  /// The same in training; x must stay alive until backward().
  const Matrix& forward(MatrixView x, const Pass& pass);
  /// Given dLoss/dy of the last forward(): the gradients of all arrays and, unless null, `dx`.
  void backward(MatrixView dy, float* dx);

 private:
  /// Whether the output of layer l takes the place of its input.
  [[nodiscard]] bool in_place(std::size_t l) const;

  std::vector<std::unique_ptr<Layer>> layers_;
  MatrixView input_;
  std::vector<Matrix> outputs_;       // of the layers; empty where a later layer works in its place
  std::vector<std::size_t> holders_;  // which of them holds the output of layer l
  Matrix gradients_[2];
};

}  // namespace nearfar
