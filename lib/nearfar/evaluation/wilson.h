#pragma once

#include "nearfar/core/export.h"

namespace nearfar {

/// Where a share lies, of which `hits` out of `count` were seen.
struct ShareInterval {
  double low = 0;
  double high = 1;
};

/// The score interval (Wilson, "Probable inference, the law of succession, and statistical inference", JASA
/// 1927) at 95 %: the shares p for which |hits / count - p| is within 1.96 standard errors of p. `count` > 0.
[[nodiscard]] NEARFAR_EXPORT ShareInterval wilson_interval(double hits, double count);

}  // namespace nearfar
