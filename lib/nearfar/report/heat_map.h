#pragma once

#include "nearfar/evaluation/portrait.h"

namespace nearfar {

/// The map in colours from dark (0) over blue and green to yellow (its largest number), an even scale in
/// lightness that people with colour blindness can read: five points of matplotlib's viridis, lines between
/// them.
[[nodiscard]] Thumbnail coloured(const HeatMap& map);

}  // namespace nearfar
