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
/// places), so Y = W col. The columns are formed again for backward(), which costs less than to keep them.
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
  /// Places of an image in the columns: the output's positions, and, so that a row of the columns is one run
  /// of the image, those beside them where the kernel would reach over the right edge.
  [[nodiscard]] std::int64_t places() const { return output().height * row_places_; }
  /// Up to the last position.
  [[nodiscard]] std::int64_t used_places() const {
    return (output().height - 1) * row_places_ + output().width;
  }
  /// Where in a padded image the kernel's place r = (c, k, l) begins.
  [[nodiscard]] std::int64_t first_of(std::int64_t r) const {
    const std::int64_t l = r % options_.size;
    const std::int64_t k = r / options_.size % options_.size;
    const std::int64_t c = r / (options_.size * options_.size);
    return (c * padded_.height + k) * padded_.width + l;
  }
  /// Where row r of all channels stands in a padded image.
  [[nodiscard]] std::int64_t padded_row(std::int64_t r) const {
    const std::int64_t c = r / input().height;
    return (c * padded_.height + r % input().height + options_.pad) * padded_.width + options_.pad;
  }
  [[nodiscard]] MatrixView pad(MatrixView images, Matrix& padded) const;
  void columns_of(MatrixView images, Matrix& columns) const;
  void add_columns(const Matrix& columns, std::int64_t images, Matrix& padded, float* dx) const;

  ConvOptions options_;
  std::int64_t fan_in_;        // C K K
  Shape padded_;               // an image with zeros around it
  std::int64_t row_places_;    // places of one row of the output
  std::int64_t block_images_;  // images side by side in one product
  std::size_t tensors_[2] = {};
  std::span<float> weight_;
  std::span<float> bias_;
  std::span<float> weight_gradient_;
  std::span<float> bias_gradient_;
  Matrix partial_;  // gradient of every block: that of W, then that of b
};

}  // namespace nearfar
