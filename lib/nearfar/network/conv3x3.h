#pragma once

#include <vector>

#include "nearfar/network/conv.h"
#include "nearfar/network/filtering_tiles.h"

namespace nearfar {

/// A convolution with kernels of 3 x 3 and stride 1, by the minimal filtering F(2 x 2, 3 x 3) of Winograd: a
/// tile of 2 x 2 outputs takes 16 multiplications instead of 36 (Lavin, Gray 2016, arXiv:1509.09308, section
/// 4.1). With `pools` the output is the largest number of each whole tile, as "maxpool 2" would make it,
/// without the image in between; its gradient goes to the first largest one.
///
/// With the transforms U = G W G', V = B' x B of a tile, and M = U V as 16 products of O x C with C x tiles,
/// y = A' M A. The images pass a few at a time, as lanes. Memory in training: up to 32 gradients of U.
class Conv3x3 final : public Conv {
 public:
  /// `convolved` is the shape before the pooling.
  Conv3x3(Shape input, Shape convolved, ConvOptions options, bool pools = false);
  void apply(MatrixView x, float* y) const override;
  void forward(MatrixView x, float* y, const Pass& pass) override;
  void backward(MatrixView x, MatrixView y, MatrixView dy, float* dx) override;
  [[nodiscard]] const Shape& convolved() const { return tiles_.convolved(); }
  [[nodiscard]] bool pools() const { return tiles_.pools(); }

 private:
  Conv3x3(Shape input, const FilteringTiles& tiles, ConvOptions options);
  [[nodiscard]] Matrix transformed_weights() const;
  void map(const Matrix& u, MatrixView x, float* y, std::uint8_t* largest) const;
  void backward_block(MatrixView x, MatrixView dy, const std::uint8_t* largest, float* du, float* dx) const;

  FilteringTiles tiles_;
  Matrix u_;                           // of the last forward()
  std::vector<std::uint8_t> largest_;  // which number of every tile was the largest
  Matrix partial_;                     // gradients of U and the bias, of some blocks of images each
};

}  // namespace nearfar
