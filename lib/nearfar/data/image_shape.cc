#include "nearfar/data/image_shape.h"

namespace nearfar {

std::optional<ImageShape> image_shape(const Dataset& data) {
  const std::vector<std::int64_t>& sizes = data.row_sizes;
  const auto is_channels = [](std::int64_t size) { return size == 1 || size == 3; };
  if (sizes.size() < 2 || sizes.size() > 3) return std::nullopt;
  ImageShape shape;
  shape.channels_first = sizes.size() == 3 && !is_channels(sizes[2]);
  if (shape.channels_first && !is_channels(sizes[0])) return std::nullopt;
  const std::size_t first = shape.channels_first ? 1 : 0;
  shape.height = sizes[first];
  shape.width = sizes[first + 1];
  shape.channels = sizes.size() == 2 ? 1 : shape.channels_first ? sizes[0] : sizes[2];
  if (data.features.cols() != shape.pixels() * shape.channels) return std::nullopt;
  return shape;
}

}  // namespace nearfar
