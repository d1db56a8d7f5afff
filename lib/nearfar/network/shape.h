#pragma once

#include <cstdint>
#include <string>

namespace nearfar {

/// What one row holds: an image of C x H x W numbers in this order, or, where it is flat, a vector.
struct Shape {
  std::int64_t channels = 0;  ///< of a vector: its length
  std::int64_t height = 1;
  std::int64_t width = 1;
  bool flat = true;

  [[nodiscard]] static Shape vector(std::int64_t length) { return {length, 1, 1, true}; }
  [[nodiscard]] static Shape image(std::int64_t channels, std::int64_t height, std::int64_t width) {
    return {channels, height, width, false};
  }
  [[nodiscard]] std::int64_t size() const { return channels * height * width; }
  [[nodiscard]] std::int64_t positions() const { return height * width; }
  /// "784" or "1x28x28".
  [[nodiscard]] std::string text() const {
    if (flat) return std::to_string(channels);
    return std::to_string(channels) + "x" + std::to_string(height) + "x" + std::to_string(width);
  }
};

}  // namespace nearfar
