#include "nearfar/report/heat_map.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace nearfar {
namespace {

// The style sheet has the same for the scale below a map.
constexpr std::array<std::array<double, 3>, 5> kColours{
    {{68, 1, 84}, {59, 82, 139}, {33, 145, 140}, {94, 201, 98}, {253, 231, 37}}};

}  // namespace

Thumbnail coloured(const HeatMap& map) {
  Thumbnail picture{map.height, map.width, 3, {}};
  const double most = *std::max_element(map.values.begin(), map.values.end());
  for (const double value : map.values) {
    const double place = (most > 0 ? value / most : 0) * (kColours.size() - 1);
    const std::size_t from = std::min(kColours.size() - 2, static_cast<std::size_t>(place));
    const double part = place - static_cast<double>(from);
    for (std::size_t c = 0; c < 3; ++c) {
      const double colour = (1 - part) * kColours[from][c] + part * kColours[from + 1][c];
      picture.bytes.push_back(static_cast<unsigned char>(std::lround(colour)));
    }
  }
  return picture;
}

}  // namespace nearfar
