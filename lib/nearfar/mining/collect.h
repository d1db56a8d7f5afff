#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "nearfar/mining/collector.h"

namespace nearfar {

/// Anchors looked at together: with a few tuples each, and with all that they have.
constexpr std::int64_t kAnchors = 256;
constexpr std::int64_t kUnlimitedAnchors = 16;

/// find(begin, end, found), for blocks of rows, puts what it finds for a row into found[row - begin]; that is
/// collected in the order of rows, so the blocks change nothing.
template <class Find>
void collect(std::int64_t rows, std::int64_t block, const MiningOptions& options, Collector& collector,
             Find find) {
  for (std::int64_t begin = 0; begin < rows; begin += block) {
    const std::int64_t end = std::min(rows, begin + block);
    std::vector<FoundTuples> found(static_cast<std::size_t>(end - begin));
    find(begin, end, found);
    for (const FoundTuples& of_row : found) collector.add(of_row);
    if (options.progress) options.progress(end, rows);
  }
}

}  // namespace nearfar
