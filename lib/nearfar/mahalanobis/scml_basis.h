#pragma once

#include <cstdint>

#include "nearfar/core/dense.h"
#include "nearfar/core/matrix.h"
#include "nearfar/data/labels.h"
#include "nearfar/data/tuples.h"

namespace nearfar {

/// The vectors b_k of scml.h, rows of length 1: about 20 for a dimension, at most 1,000.

/// Directions that tell the classes apart in some place (Shi, Bellet, Sha 2014, section 3.1): around rows
/// that are drawn by seed, the discriminant directions of the 10, and of the 20, nearest rows of each class,
/// but of no more than half of its rows, lest every place be the whole. The scatter within the classes is
/// shrunk by a tenth, for a place has few rows. O(places (n d + d^3)). Throws Error (data) where no place has
/// any.
[[nodiscard]] Dense local_discriminants(MatrixView x, const Labels& labels, std::uint64_t seed);

/// Directions in which the far row of a triplet lies from its anchor, of triplets drawn by seed. Throws Error
/// (data) where all of them are at the place of their anchor.
[[nodiscard]] Dense triplet_directions(MatrixView x, const Tuples& triplets, std::uint64_t seed);

}  // namespace nearfar
