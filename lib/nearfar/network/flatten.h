#pragma once

#include <algorithm>

#include "nearfar/network/layer.h"

namespace nearfar {

/// The numbers as they are, whatever shape they are said to have.
class Unchanged : public Layer {
 public:
  Unchanged(Shape input, Shape output) : Layer(input, output) {}
  void apply(MatrixView x, float* y) const override { copy(x, y); }
  void backward(MatrixView /*x*/, MatrixView /*y*/, MatrixView dy, float* dx) override {
    if (dx != nullptr) copy(dy, dx);
  }
  [[nodiscard]] bool works_in_place() const override { return true; }

 private:
  static void copy(MatrixView from, float* to) {
    if (to == from.data) return;
    for (std::int64_t n = 0; n < from.rows; ++n) std::copy_n(from.row(n), from.cols, to + n * from.cols);
  }
};

/// The numbers of an image as a vector, in their order.
class Flatten final : public Unchanged {
 public:
  explicit Flatten(Shape input) : Unchanged(input, Shape::vector(input.size())) {}
};

}  // namespace nearfar
