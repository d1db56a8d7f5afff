#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "nearfar/core/export.h"

namespace nearfar {

/// Eigenvalues in descending order; eigenvector i is row i of `vectors` (n x n, row-major, orthonormal), its
/// sign chosen so that the entry of largest magnitude (the first of them) is positive.
struct SymmetricEigen {
  std::vector<double> values;
  std::vector<double> vectors;
};

/// Of a symmetric matrix (n x n, row-major). Throws Error (numerical) if it is not finite or does not
/// converge.
[[nodiscard]] NEARFAR_EXPORT SymmetricEigen symmetric_eigen(std::span<const double> matrix, std::int64_t n);

}  // namespace nearfar
