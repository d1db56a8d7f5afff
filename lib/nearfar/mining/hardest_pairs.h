#pragma once

#include <cstdint>

#include "nearfar/mining/anchor_source.h"
#include "nearfar/mining/strategy.h"

namespace nearfar {

/// The cuts of `hdc` (Yuan, Yang, Zhang 2017, arXiv:1611.05720): the last of the ceil(share x count) farthest
/// positive pairs and nearest negative pairs of all anchors below `rows`, ties in the order of (anchor, row).
/// A pair counts once for each of its rows that is an anchor. Exact, by counting: four passes over the
/// source, memory 1 MB and 16 bytes a row.
[[nodiscard]] HardestPairs hardest_pairs(const AnchorSource& source, std::int64_t rows, double share);

}  // namespace nearfar
