#pragma once

#include <string>

#include "nearfar/training/training_portrait.h"

namespace nearfar {

// The forms of a training's report; training_report.cc has their table.
[[nodiscard]] std::string render_training_page(const TrainingPortrait& portrait);
/// An SVG file with a style of its own: light and dark by the reader's preference, on a card that makes it
/// readable on any page.
[[nodiscard]] std::string render_training_picture(const TrainingPortrait& portrait);

/// "linear, triplet loss"
[[nodiscard]] std::string training_name(const TrainingPortrait& portrait);

}  // namespace nearfar
