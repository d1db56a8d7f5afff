#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include "nearfar/network/image_lanes.h"
#include "nearfar/network/shape.h"

namespace nearfar {

/// The tiles of an image in minimal filtering F(2 x 2, 3 x 3): 4 x 4 numbers of the input make 2 x 2 of the
/// output. Takes images and their gradients, a few at a time as lanes, to the 16 numbers that stand for a
/// tile and back, by the transforms of minimal_filtering.h. With `pools` only the largest number of each
/// whole tile is put out.
class FilteringTiles {
 public:
  static constexpr std::int64_t kTerms = 16;    // numbers of a transformed tile
  static constexpr std::int64_t kColumns = 64;  // of a product: the matrices stay in the second-level cache
  static constexpr std::int64_t kAtOnce = kColumns / kVectorLanes;

  /// Numbers from one of the 16 matrices of channels x columns to the next; not a multiple of a page, whose
  /// lines would push each other out of the cache.
  static std::int64_t term_step(std::int64_t channels) { return channels * kColumns + kVectorLanes; }

  /// Some tiles, transformed: number t of tile i is vector i of row c of matrix t.
  struct Some {
    std::int64_t first = 0;
    std::int64_t count = 0;  ///< at most kAtOnce
    float* v = nullptr;      ///< rows are input channels
    float* m = nullptr;      ///< rows are output channels

    [[nodiscard]] std::int64_t columns() const { return count * kVectorLanes; }
  };

  /// `convolved` is the shape before the pooling; `pad` zeros are around the input.
  FilteringTiles(Shape input, Shape convolved, std::int64_t pad, bool pools);

  /// Of one channel of an image.
  [[nodiscard]] std::int64_t count() const { return tile_rows_ * tile_columns_; }
  /// The next ones from `first` on, in these matrices.
  [[nodiscard]] Some some(std::int64_t first, float* v, float* m) const {
    return {first, std::min(kAtOnce, count() - first), v, m};
  }
  [[nodiscard]] const Shape& convolved() const { return convolved_; }
  [[nodiscard]] const Shape& output() const { return output_; }
  [[nodiscard]] bool pools() const { return pools_; }

  /// V = B' x B.
  void transform_input(const Some& some, const float* x) const;
  /// dx = B dV B', added to what other tiles have put there.
  void add_input_gradient(const Some& some, float* dx) const;
  /// y = A' M A + b; pooled, the first largest number of the four, and in `largest` (or null) which one it
  /// was.
  void transform_products(const Some& some, std::span<const float> biases, float* y,
                          std::uint8_t* largest) const;
  /// dM = A dy A'.
  void transform_gradient(const Some& some, const float* dy, const std::uint8_t* largest) const;

 private:
  using Places = std::array<std::int64_t, kTerms>;
  /// Where in a channel the 4 x 4 numbers stand that a tile is made of; -1 for those beside the image.
  [[nodiscard]] Places input_places(std::int64_t tile) const;
  /// Where the 2 x 2 numbers stand that it makes, the first four; -1 for those beside the image.
  [[nodiscard]] Places output_places(std::int64_t tile) const;

  Shape input_;
  Shape convolved_;
  Shape output_;
  std::int64_t pad_;
  bool pools_;
  std::int64_t tile_rows_;
  std::int64_t tile_columns_;
};

}  // namespace nearfar
