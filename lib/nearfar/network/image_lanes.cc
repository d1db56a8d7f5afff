#include "nearfar/network/image_lanes.h"

namespace nearfar {

void rows_to_lanes(MatrixView x, float* lanes) {
  std::int64_t p = 0;
  for (; p + kVectorLanes <= x.cols; p += kVectorLanes) {
    Vector square[kVectorLanes] = {};
    for (std::int64_t n = 0; n < x.rows; ++n) load(x.row(n) + p, square[n]);
    transpose(square);
    for (int i = 0; i < kVectorLanes; ++i) store(square[i], lanes + (p + i) * kVectorLanes);
  }
  for (; p < x.cols; ++p) {
    for (std::int64_t n = 0; n < kVectorLanes; ++n)
      lanes[p * kVectorLanes + n] = n < x.rows ? x.row(n)[p] : 0.0F;
  }
}

void lanes_to_rows(const float* lanes, std::int64_t rows, std::int64_t cols, float* x) {
  std::int64_t p = 0;
  for (; p + kVectorLanes <= cols; p += kVectorLanes) {
    Vector square[kVectorLanes];
    for (int i = 0; i < kVectorLanes; ++i) load(lanes + (p + i) * kVectorLanes, square[i]);
    transpose(square);
    for (std::int64_t n = 0; n < rows; ++n) store(square[n], x + n * cols + p);
  }
  for (; p < cols; ++p) {
    for (std::int64_t n = 0; n < rows; ++n) x[n * cols + p] = lanes[p * kVectorLanes + n];
  }
}

}  // namespace nearfar
