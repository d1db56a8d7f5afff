#pragma once

#include "nearfar/core/export.h"

namespace nearfar {

/// P(Z <= z) of a standard normal Z.
[[nodiscard]] NEARFAR_EXPORT double normal_cdf(double z);
/// The z with P(Z <= z) = p, for p in [0, 1]; infinite at the ends. Relative error about 1e-15. Source: M. J.
/// Wichura, "Algorithm AS 241: the percentage points of the normal distribution", Applied Statistics 37
/// (1988), routine PPND16.
[[nodiscard]] NEARFAR_EXPORT double normal_quantile(double p);

}  // namespace nearfar
