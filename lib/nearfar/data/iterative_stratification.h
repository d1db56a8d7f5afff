#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "nearfar/core/random.h"
#include "nearfar/data/labels.h"

namespace nearfar {

/// The part of each row when rows have several labels: iterative stratification (Sechidis, Tsoumakas,
/// Vlahavas 2011, "On the stratification of multi-label data", algorithm 1). Label by label, the rarest of
/// the rows not yet dealt first, a row goes to the part that lacks most of that label, of equals to the one
/// that lacks most rows, of equals by chance. Rows of unknown class come last and even out the parts.
///
/// Every label is then near its share in every part, the frequent ones nearest; the size of a part is near
/// its share, not exact. `shares` add up to 1. O((rows + labels) labels per row x (log labels + parts)).
[[nodiscard]] std::vector<std::int32_t> iterative_stratification(const Labels& labels,
                                                                 std::span<const double> shares,
                                                                 Random random);

}  // namespace nearfar
