#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "nearfar/core/export.h"
#include "nearfar/core/matrix.h"
#include "nearfar/network/shape.h"

namespace nearfar {

/// Small changes that leave an image what it is, drawn anew for every image of every batch. What comes in
/// from outside of the image is 0; between pixels the value is bilinear.
struct Augmentation {
  double shift = 0;   ///< up to so many pixels in each direction
  bool flip = false;  ///< left and right change places, every other time
  double rotate = 0;  ///< up to so many degrees, either way
  double crop = 1;    ///< a square part with this to 1 of the side is drawn out to the whole
  double noise = 0;   ///< standard deviation of what is added to every number

  [[nodiscard]] bool any() const { return shift > 0 || flip || rotate > 0 || crop < 1 || noise > 0; }
  /// As parse_augmentation() reads it; "" for none.
  [[nodiscard]] NEARFAR_EXPORT std::string text() const;
  /// Changes every row of a batch, an image of this shape: a function of (seed, step, row) alone.
  void apply(Matrix& rows, const Shape& shape, bool channels_last, std::uint64_t seed,
             std::int64_t step) const;
};

/// Reads 'shift 2, flip, rotate 10, crop 0.8, noise 0.05' in any order. Throws Error (usage).
[[nodiscard]] NEARFAR_EXPORT Augmentation parse_augmentation(std::string_view text);

}  // namespace nearfar
