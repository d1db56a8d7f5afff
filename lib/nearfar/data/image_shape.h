#pragma once

#include <cstdint>
#include <optional>

#include "nearfar/core/export.h"
#include "nearfar/data/dataset.h"

namespace nearfar {

/// How the features of a row are the pixels of an image.
struct ImageShape {
  std::int64_t height = 0;
  std::int64_t width = 0;
  std::int64_t channels = 1;    ///< 1 or 3
  bool channels_first = false;  ///< C x H x W, not H x W x C

  [[nodiscard]] std::int64_t pixels() const { return height * width; }
  /// The feature of a channel of a pixel, pixels row by row.
  [[nodiscard]] std::int64_t feature(std::int64_t pixel, std::int64_t channel) const {
    return channels_first ? channel * pixels() + pixel : pixel * channels + channel;
  }
};

/// Of rows of a matrix file that are H x W, H x W x C or C x H x W with one or three channels; nothing for
/// other data, or where only some of the pixels are features.
[[nodiscard]] NEARFAR_EXPORT std::optional<ImageShape> image_shape(const Dataset& data);

}  // namespace nearfar
