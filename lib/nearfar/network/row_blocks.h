#pragma once

#include <algorithm>
#include <cstdint>

#include "nearfar/core/parallel.h"

namespace nearfar {

/// Calls body(begin, end) for blocks of rows of about 2^15 numbers of `width` each: enough to be worth
/// another thread, and a function of the width alone.
template <class Body>
void for_row_blocks(std::int64_t rows, std::int64_t width, const Body& body) {
  constexpr std::int64_t kNumbers = std::int64_t{1} << 15U;
  parallel_ranges(rows, std::max<std::int64_t>(1, kNumbers / std::max<std::int64_t>(1, width)), body);
}

}  // namespace nearfar
