#pragma once

#include <cstdint>
#include <span>

#include "nearfar/core/export.h"

namespace nearfar {

/// Randomisation test of "the differences are symmetric about 0": the sign of every difference is drawn anew
/// `flips` times, b counts the sums that are as large as the one observed, and p = (b + 1) / (flips + 1),
/// which is never 0 (Davison and Hinkley, "Bootstrap methods and their application", section 4.2). One-sided:
/// large means positive; two-sided: far from 0. Sums that differ by rounding only are equal. 1 when all
/// differences are 0. Deterministic for any number of threads. O(flips x differences).
enum class Sided { one, two };
[[nodiscard]] NEARFAR_EXPORT double sign_flip_p(std::span<const double> differences, Sided sided,
                                                std::int64_t flips, std::uint64_t seed);

}  // namespace nearfar
