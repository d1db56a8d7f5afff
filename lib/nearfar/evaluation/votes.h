#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/evaluation/ranking.h"

namespace nearfar {

/// The classes of neighbours at one distance; Labels::kUnknown takes a place and votes for none.
using TiedClasses = std::vector<std::int32_t>;

/// Whether the majority of the k nearest is of class `own`: 1 or 0, under TiePolicy::expected the chance of
/// it over all orders of neighbours at one distance. Classes with equal votes: the one with the nearest
/// member. `groups` in the order of distance, the last one whole, with k items or more unless there are no
/// more.
///
/// The chance is exact: the classes' votes from the group that the k-th place cuts follow the multivariate
/// hypergeometric distribution, which is summed class by class. O(k^2) for every class in that group, and
/// O(items) otherwise.
[[nodiscard]] NEARFAR_EXPORT double majority_is(std::int32_t own, std::span<const TiedClasses> groups,
                                                std::int64_t k, TiePolicy ties);

}  // namespace nearfar
