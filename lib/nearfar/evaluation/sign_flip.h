#pragma once

#include <cstdint>
#include <span>

#include "nearfar/core/export.h"

namespace nearfar {

enum class Sided { one, two };

/// Randomisation test of "the differences are symmetric about 0": the sign of every difference is drawn anew
/// `flips` times, b counts the sums that are larger than the one observed, equal ones by half (the mid-p of
/// Lancaster 1961, "Significance tests in discrete distributions", JASA 56: few values make many equal sums,
/// and counting all of them makes a test of 5 % one of 3 %), and p = (b + 1) / (flips + 1), which is never 0
/// (Davison and Hinkley, "Bootstrap methods and their application", section 4.2). One-sided: large means
/// positive; two-sided: far from 0. Sums that differ by rounding only are equal. 1 when all differences are
/// 0. Deterministic for any number of threads. O(flips x differences).
[[nodiscard]] NEARFAR_EXPORT double sign_flip_p(std::span<const double> differences, Sided sided,
                                                std::int64_t flips, std::uint64_t seed);

}  // namespace nearfar
