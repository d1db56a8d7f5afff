#pragma once

#include <cstdint>
#include <vector>

namespace nearfar {

/// Sorts numbers by their upper 32 bits; the lower halves must be ascending already and decide ties. O(n):
/// three passes of counting sort over 11 bits each, several times faster than a comparison sort of thousands.
/// Memory: a second list.
void sort_keys(std::vector<std::uint64_t>& keys);

}  // namespace nearfar
