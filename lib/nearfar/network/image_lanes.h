#pragma once

#include "nearfar/core/matrix.h"
#include "nearfar/core/vector.h"

namespace nearfar {

/// Up to kVectorLanes rows side by side: number p of row n is lane n of vector p, so that what is done to a
/// number is done to that of all rows at once, however small the images are. For .cc files of the library.

/// Rows as lanes; the lanes of absent rows are 0. `lanes` has x.cols vectors.
void rows_to_lanes(MatrixView x, float* lanes);
/// Lanes as rows, `rows` of them, of `cols` numbers without gaps.
void lanes_to_rows(const float* lanes, std::int64_t rows, std::int64_t cols, float* x);

}  // namespace nearfar
