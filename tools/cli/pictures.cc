#include "cli/pictures.h"

#include <optional>

namespace nearfar::cli {

Pictures pictures_of(const Dataset& data) {
  const std::optional<ImageShape> shape = image_shape(data);
  if (!data.is_bytes || !shape) return {};
  Pictures pictures{*shape, {}};
  const MatrixView rows = data.features;
  pictures.bytes.reserve(static_cast<std::size_t>(rows.rows * rows.cols));
  for (std::int64_t i = 0; i < rows.rows; ++i) {
    for (std::int64_t j = 0; j < rows.cols; ++j)
      pictures.bytes.push_back(static_cast<unsigned char>(rows.row(i)[j]));
  }
  return pictures;
}

Thumbnail Pictures::of(std::int64_t row) const {
  const unsigned char* first = bytes.data() + row * shape.pixels() * shape.channels;
  Thumbnail picture{shape.height, shape.width, shape.channels, {}};
  for (std::int64_t p = 0; p < shape.pixels(); ++p) {
    for (std::int64_t c = 0; c < shape.channels; ++c) picture.bytes.push_back(first[shape.feature(p, c)]);
  }
  return picture;
}

}  // namespace nearfar::cli
