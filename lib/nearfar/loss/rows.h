#pragma once

#include <cstdint>

#include "nearfar/core/matrix.h"

namespace nearfar {

/// Read-only rows of float or double: what the losses compute on. The training uses float, the double path is
/// the same code at full precision.
template <class Scalar>
struct Rows {
  const Scalar* data = nullptr;
  std::int64_t rows = 0;
  std::int64_t cols = 0;
  std::int64_t stride = 0;

  [[nodiscard]] const Scalar* row(std::int64_t i) const { return data + i * stride; }
};

[[nodiscard]] inline Rows<float> rows_of(MatrixView x) { return {x.data, x.rows, x.cols, x.stride}; }

}  // namespace nearfar
