#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "nearfar/core/export.h"

namespace nearfar {

/// A bootstrap resample in the form of counts: how often each of counts.size() units comes up in as many
/// draws with replacement. The counts are exactly multinomial (every draw is unbiased) and are a function of
/// (seed, resample) alone. O(units).
NEARFAR_EXPORT void draw_counts(std::uint64_t seed, std::int64_t resample, std::span<std::uint32_t> counts);

/// use(resample, counts) for resamples 0, 1, ...; from several threads, in no fixed order. Memory: 8 bytes a
/// unit and thread.
NEARFAR_EXPORT void for_each_resample(
    std::int64_t resamples, std::int64_t units, std::uint64_t seed,
    const std::function<void(std::int64_t resample, std::span<const std::uint32_t> counts)>& use);

/// sum_i counts[i] x values[i], in an order of additions that is fixed.
[[nodiscard]] NEARFAR_EXPORT double weighted_sum(std::span<const std::uint32_t> counts,
                                                 std::span<const double> values);

}  // namespace nearfar
