#pragma once

#include <cstdint>
#include <utility>

#include "nearfar/core/export.h"

namespace nearfar {

/// The score interval of a proportion of `hits` in `units` independent trials at a two-sided confidence;
/// inside [0, 1], and with a width at 0 and 1 too. Source: E. B. Wilson, "Probable inference, the law of
/// succession, and statistical inference", JASA 22 (1927). units >= 1.
[[nodiscard]] NEARFAR_EXPORT std::pair<double, double> wilson_interval(std::int64_t hits, std::int64_t units,
                                                                       double confidence);

}  // namespace nearfar
