#pragma once

#include <array>
#include <vector>

#include "nearfar/network/conv.h"

namespace nearfar {

/// A convolution with kernels of 3 x 3 and stride 1, by the minimal filtering F(2 x 2, 3 x 3) of Winograd: a
/// tile of 2 x 2 outputs takes 16 multiplications instead of 36 (Lavin, Gray 2016, arXiv:1509.09308, section
/// 4.1). With `pools` the output is the largest number of each whole tile, as "maxpool 2" would make it,
/// without the image in between; its gradient goes to the first largest one.
///
/// With the transforms U = G W G', V = B' x B of a tile, and M = U V as 16 products of O x C with C x tiles,
/// y = A' M A. The images pass a few at a time, as lanes. Memory: for every 16 images a gradient of U.
class Conv3x3 final : public Conv {
 public:
  /// `convolved` is the shape before the pooling.
  Conv3x3(Shape input, Shape convolved, ConvOptions options, bool pools = false);
  void apply(MatrixView x, float* y) const override;
  void forward(MatrixView x, float* y, const Pass& pass) override;
  void backward(MatrixView x, MatrixView y, MatrixView dy, float* dx) override;
  [[nodiscard]] const Shape& convolved() const { return convolved_; }
  [[nodiscard]] bool pools() const { return pools_; }

 private:
  using Places = std::array<std::int64_t, 16>;
  struct Tiles;
  [[nodiscard]] std::int64_t tiles() const { return tile_rows_ * tile_columns_; }
  /// Where in a channel the 4 x 4 numbers stand that a tile is made of; -1 for those beside the image.
  [[nodiscard]] Places input_places(std::int64_t tile) const;
  /// Where the 2 x 2 numbers stand that it makes, the first four; -1 for those beside the image.
  [[nodiscard]] Places output_places(std::int64_t tile) const;
  [[nodiscard]] Matrix transformed_weights() const;
  void map(const Matrix& u, MatrixView x, float* y, std::uint8_t* largest) const;
  void transform_input(const Tiles& tiles, const float* x) const;
  void transform_products(const Tiles& tiles, float* y, std::uint8_t* largest) const;
  void transform_gradient(const Tiles& tiles, const float* dy, const std::uint8_t* largest) const;
  void add_input_gradient(const Tiles& tiles, float* dx) const;

  Shape convolved_;
  bool pools_;
  std::int64_t tile_rows_;
  std::int64_t tile_columns_;
  Matrix u_;                           // of the last forward()
  std::vector<std::uint8_t> largest_;  // which number of every tile was the largest
  Matrix partial_;                     // gradients of U and the bias, of every block of images
};

}  // namespace nearfar
