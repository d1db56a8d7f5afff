#pragma once

#include <cstdint>

#include "nearfar/core/export.h"
#include "nearfar/metric/distance.h"

namespace nearfar {

/// The distance of two rows in double from the formulas of the table, independent of the float kernels; zero
/// rows are where the table says, and what is beyond a float is what it is. Angles and cosines come from
/// differences of the rows at length 1, so that they are as good near 0 as elsewhere. Not for the Mahalanobis
/// kinds, which are the Euclidean ones after a map: see affine_part.
[[nodiscard]] NEARFAR_EXPORT double exact_distance(const Distance& distance, const double* x, const double* y,
                                                   std::int64_t d);

/// How far rounding reaches: two rows at distance 0, every coordinate of which is off by up to a noise, can
/// come out as far apart as noise_between(distance, row_noise of one, row_noise of the other).
[[nodiscard]] double row_noise(const Distance& distance, const double* x, double coordinate_noise,
                               std::int64_t d);
[[nodiscard]] double noise_between(const Distance& distance, double x_noise, double y_noise);

}  // namespace nearfar
