#pragma once

#include "nearfar/core/matrix.h"
#include "nearfar/evaluation/portrait.h"

namespace nearfar {

/// The rows on the two directions of largest variance about their mean (PCA), the sign of each such that its
/// entry of largest magnitude is positive; x, y and `explained` are filled. By orthogonal iteration: fixed
/// steps, so deterministic. O(rows x cols) a step. One column gives y = 0.
[[nodiscard]] Projection project(MatrixView rows);

}  // namespace nearfar
