#pragma once

#include "nearfar/network/layer.h"

namespace nearfar {

/// A window over every channel: `size` x `size` numbers become one, then `stride` further; what is left over
/// at the right and below is dropped.
struct Window {
  std::int64_t size = 2;
  std::int64_t stride = 2;
};

/// The largest number of each window. Its gradient goes to the first largest one.
class MaxPool final : public Layer {
 public:
  MaxPool(Shape input, Shape output, Window window) : Layer(input, output), window_(window) {}
  void apply(MatrixView x, float* y) const override;
  void backward(MatrixView x, MatrixView y, MatrixView dy, float* dx) override;
  [[nodiscard]] bool needs_output() const override { return true; }
  [[nodiscard]] const Window& window() const { return window_; }

 private:
  Window window_;
};

/// The mean of each window.
class AveragePool final : public Layer {
 public:
  AveragePool(Shape input, Shape output, Window window) : Layer(input, output), window_(window) {}
  void apply(MatrixView x, float* y) const override;
  void backward(MatrixView x, MatrixView y, MatrixView dy, float* dx) override;

 private:
  Window window_;
};

/// The mean of each channel.
class GlobalPool final : public Layer {
 public:
  explicit GlobalPool(Shape input) : Layer(input, Shape::vector(input.channels)) {}
  void apply(MatrixView x, float* y) const override;
  void backward(MatrixView x, MatrixView y, MatrixView dy, float* dx) override;
};

}  // namespace nearfar
