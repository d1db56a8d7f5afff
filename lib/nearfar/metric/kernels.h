#pragma once

#include <cstdint>

namespace nearfar {

// Sums over the coordinates of a pair of rows, each in one fixed order (16 partial sums, then a tree),
// without fused multiply-add: the same bits for x, y and y, x, on every machine, in every batch. Identical
// rows give exactly 0 differences.

[[nodiscard]] float sum_squared_differences(const float* x, const float* y, std::int64_t d);
[[nodiscard]] float sum_absolute_differences(const float* x, const float* y, std::int64_t d);
[[nodiscard]] float dot_product(const float* x, const float* y, std::int64_t d);

}  // namespace nearfar
