#pragma once

#include "nearfar/network/layer.h"

namespace nearfar {

/// In training every number becomes 0 with probability `rate`, and the others are divided by 1 - rate; a
/// trained network passes rows on as they are. Srivastava et al. 2014. Which numbers are dropped is a
/// function of (seed, step, layer, row in the batch, place).
class Dropout final : public Layer {
 public:
  Dropout(Shape input, double rate, std::int64_t number)
      : Layer(input, input), rate_(rate), number_(number) {}
  void apply(MatrixView x, float* y) const override;
  void forward(MatrixView x, float* y, const Pass& pass) override;
  void backward(MatrixView x, MatrixView y, MatrixView dy, float* dx) override;
  [[nodiscard]] bool works_in_place() const override { return true; }

 private:
  void drop(MatrixView x, float* y) const;

  double rate_;
  std::int64_t number_;  // of the layer in the network
  Pass pass_;
};

}  // namespace nearfar
