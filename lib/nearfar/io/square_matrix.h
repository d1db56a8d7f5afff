#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "nearfar/core/export.h"

namespace nearfar {

/// n x n numbers, row-major.
struct SquareMatrix {
  std::int64_t n = 0;
  std::vector<double> values;
  bool from_floats = false;  ///< they went through 32-bit floats on the way, as in any matrix file
};

/// A square matrix of finite numbers: text without a header, read as doubles, or a matrix file (npy, ...).
/// Throws Error (data) at anything else, no later than one row too many.
[[nodiscard]] NEARFAR_EXPORT SquareMatrix read_square_matrix(const std::string& file);

}  // namespace nearfar
