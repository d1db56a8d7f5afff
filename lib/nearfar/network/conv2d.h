#pragma once

#include "nearfar/network/conv.h"

namespace nearfar {

/// A convolution of any size and stride, as one product: the windows of a few images side by side are the
/// columns of a matrix (C K K x places), so Y = W col. The columns are formed again for backward(), which
/// costs less than to keep them. Memory in training: up to 32 gradients of W.
class Conv2d final : public Conv {
 public:
  Conv2d(Shape input, Shape output, ConvOptions options);
  void apply(MatrixView x, float* y) const override;
  void backward(MatrixView x, MatrixView y, MatrixView dy, float* dx) override;

 private:
  [[nodiscard]] std::int64_t weights() const { return output().channels * fan_in(); }
  /// Places of an image in the columns: the output's positions, and, so that a row of the columns is one run
  /// of the image, those beside them where the kernel would reach over the right edge.
  [[nodiscard]] std::int64_t places() const { return output().height * row_places_; }
  /// Up to the last position.
  [[nodiscard]] std::int64_t used_places() const {
    return (output().height - 1) * row_places_ + output().width;
  }
  /// Where in a padded image the kernel's place r = (c, k, l) begins.
  [[nodiscard]] std::int64_t first_of(std::int64_t r) const {
    const std::int64_t size = options().size;
    const std::int64_t l = r % size;
    const std::int64_t k = r / size % size;
    const std::int64_t c = r / (size * size);
    return (c * padded_.height + k) * padded_.width + l;
  }
  /// Where row r of all channels stands in a padded image.
  [[nodiscard]] std::int64_t padded_row(std::int64_t r) const {
    const std::int64_t c = r / input().height;
    return (c * padded_.height + r % input().height + options().pad) * padded_.width + options().pad;
  }
  [[nodiscard]] MatrixView pad(MatrixView images, Matrix& padded) const;
  void columns_of(MatrixView images, Matrix& columns) const;
  void gather_outputs(MatrixView dy, Matrix& d_outputs, std::vector<double>& d_bias) const;
  void add_columns(const Matrix& columns, std::int64_t images, Matrix& padded, float* dx) const;

  Shape padded_;               // an image with zeros around it
  std::int64_t row_places_;    // places of one row of the output
  std::int64_t block_images_;  // images side by side in one product
  Matrix partial_;             // gradients of W and b, of some blocks of images each
};

}  // namespace nearfar
