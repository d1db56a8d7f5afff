#pragma once

#include <cstdint>
#include <vector>

#include "nearfar/core/matrix.h"

namespace nearfar {

/// Of every row the first one with the same bytes; empty where no two rows are the same. O(rows x cols).
[[nodiscard]] std::vector<std::int32_t> first_equal_rows(MatrixView rows);

}  // namespace nearfar
