#pragma once

#include "nearfar/network/layer.h"

namespace nearfar {

struct ConvOptions {
  std::int64_t size = 3;  ///< of the square kernel
  std::int64_t stride = 1;
  std::int64_t pad = 0;  ///< zeros around the image
};

/// y_o = sum over channels c of W_oc * x_c + b_o, the cross-correlation with square kernels; W is
/// O x (C K K). As a product: the windows of a few images side by side are the columns of a matrix (C K K x
/// positions), so Y = W col. The columns are formed again for backward(), which costs less than to keep them.
class Conv2d final : public Layer {
 public:
  Conv2d(Shape input, Shape output, ConvOptions options);
  void declare(Parameters& parameters, const std::string& prefix) override;
  void bind(Parameters& parameters) override;
  /// W from a normal distribution of variance 2 / (C K K), b at 0.
  void initialise(Random& random, bool zero) override;
  [[nodiscard]] bool trains() const override { return true; }
  void apply(MatrixView x, float* y) const override;
  void backward(MatrixView x, MatrixView y, MatrixView dy, float* dx) override;

 private:
  [[nodiscard]] MatrixView weight() const { return {weight_.data(), output().channels, fan_in_, fan_in_}; }
  [[nodiscard]] std::int64_t weights() const { return output().channels * fan_in_; }
  void columns_of(MatrixView images, Matrix& columns) const;
  void add_columns(const Matrix& columns, std::int64_t images, float* dx) const;

  ConvOptions options_;
  std::int64_t fan_in_;        // C K K
  std::int64_t block_images_;  // images side by side in one product
  std::size_t tensors_[2] = {};
  std::span<float> weight_;
  std::span<float> bias_;
  std::span<float> weight_gradient_;
  std::span<float> bias_gradient_;
  Matrix partial_;  // gradient of every block: that of W, then that of b
};

}  // namespace nearfar
