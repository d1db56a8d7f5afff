#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "nearfar/core/matrix.h"
#include "nearfar/evaluation/portrait.h"

namespace nearfar {

/// The rows on the two directions of largest variance about their mean (PCA), the sign of each such that its
/// entry of largest magnitude is positive; x, y and `explained` are filled. By orthogonal iteration: fixed
/// steps, so deterministic. O(rows x cols) a step. One column gives y = 0.
[[nodiscard]] Projection project(MatrixView rows);

/// Gives the points their classes: `codes`, one a point (-1: unknown), are places in `names`. Where there are
/// more than the ten that can be told apart by colour, the ten with the most points have one (of equals the
/// first), and the note says so. Classes are in the order of their names, numbers by value.
void colour_by_class(Projection& projection, std::span<const std::int32_t> codes,
                     std::span<const std::string> names);

}  // namespace nearfar
