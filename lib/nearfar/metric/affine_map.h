#pragma once

#include <cstdint>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/core/matrix.h"

namespace nearfar {

/// y = A x + b in double.
struct AffineMap {
  std::int64_t inputs = 0;
  std::int64_t outputs = 0;
  std::vector<double> a;  ///< outputs x inputs, row-major
  std::vector<double> b;  ///< of length `outputs`

  [[nodiscard]] static NEARFAR_EXPORT AffineMap identity(std::int64_t d);
  /// The map x -> L (A x + b).
  [[nodiscard]] NEARFAR_EXPORT AffineMap then(MatrixView l) const;
  /// Writes the image of x to y.
  NEARFAR_EXPORT void apply(const double* x, double* y) const;
};

/// What a linear map forgets.
struct Rank {
  std::int64_t rank = 0;
  /// Of length 1 with A v = 0 up to rounding in double; empty where the rank is the number of inputs.
  std::vector<double> null_vector;
};

/// The rank of A, up to rounding in double, by Gaussian elimination with complete pivoting on columns and
/// rows brought to one scale (which leaves the rank as it is). O(outputs x inputs x rank).
[[nodiscard]] NEARFAR_EXPORT Rank rank_of(const AffineMap& map);

}  // namespace nearfar
