#pragma once

#include <cstdint>

#include "nearfar/mining/collector.h"
#include "nearfar/mining/numbered.h"

namespace nearfar {

/// Collects numbered tuples of `rows` rows: with a limit so many of each row, else all; with `max` (in the
/// options) and no limit some of all, drawn by number before any is made. In blocks of rows, on all threads.
void collect_numbered(const NumberedTuples& numbered, std::int64_t rows, std::int64_t limit,
                      const MiningOptions& options, Collector& collector);

}  // namespace nearfar
