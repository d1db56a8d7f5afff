#pragma once

#include <cstdint>
#include <vector>

#include "nearfar/data/dataset.h"
#include "nearfar/data/image_shape.h"
#include "nearfar/evaluation/portrait.h"

namespace nearfar::cli {

/// The images of a matrix file of bytes, one a row, as they were read; empty for other data.
struct Pictures {
  ImageShape shape;
  std::vector<unsigned char> bytes;

  [[nodiscard]] bool empty() const { return bytes.empty(); }
  [[nodiscard]] Thumbnail of(std::int64_t row) const;
};

/// Of images of bytes: a byte a pixel and channel. Empty for other data.
[[nodiscard]] Pictures pictures_of(const Dataset& data);

}  // namespace nearfar::cli
