#pragma once

#include <optional>

#include "nearfar/core/export.h"
#include "nearfar/metric/affine_map.h"
#include "nearfar/model/model.h"

namespace nearfar {

/// The model's map from features to images in double, where it is one: preprocessing and L without a network
/// or a step that brings rows to length 1. O(output dimensions x features^2).
[[nodiscard]] NEARFAR_EXPORT std::optional<AffineMap> affine_map(const Model& model);

/// The most dimensions that the set of all images can have: a projection has its rows, and what brings rows
/// to length 1 takes one away.
[[nodiscard]] NEARFAR_EXPORT std::int64_t image_dims(const Model& model);

}  // namespace nearfar
