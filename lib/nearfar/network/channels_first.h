#pragma once

#include "nearfar/network/layer.h"

namespace nearfar {

/// Rows that are stored as H x W x C become C x H x W.
class ChannelsFirst final : public Layer {
 public:
  explicit ChannelsFirst(Shape input) : Layer(input, input) {}
  void apply(MatrixView x, float* y) const override {
    for (std::int64_t n = 0; n < x.rows; ++n, y += x.cols) {
      for (std::int64_t k = 0; k < x.cols; ++k) y[to(k)] = x.row(n)[k];
    }
  }
  void backward(MatrixView /*x*/, MatrixView /*y*/, MatrixView dy, float* dx) override {
    if (dx == nullptr) return;
    for (std::int64_t n = 0; n < dy.rows; ++n, dx += dy.cols) {
      for (std::int64_t k = 0; k < dy.cols; ++k) dx[k] = dy.row(n)[to(k)];
    }
  }

 private:
  [[nodiscard]] std::int64_t to(std::int64_t k) const {
    return k % input().channels * input().positions() + k / input().channels;
  }
};

}  // namespace nearfar
