#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "nearfar/core/dense.h"
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
[[nodiscard]] NEARFAR_EXPORT SymmetricEigen symmetric_eigen(const Dense& matrix);

/// Of a symmetric positive definite matrix; nothing for one that is not (up to rounding), by Cholesky's
/// decomposition.
struct PositiveInverse {
  Dense inverse;
  double log_det = 0;
};
[[nodiscard]] NEARFAR_EXPORT std::optional<PositiveInverse> positive_inverse(const Dense& matrix);

/// How many eigenvalues count as above 0: those beyond 1e-9 of the largest.
[[nodiscard]] NEARFAR_EXPORT std::int64_t rank_of(const SymmetricEigen& eigen);

/// V f(W) V' of a symmetric matrix V W V': its root, its inverse, ...
[[nodiscard]] NEARFAR_EXPORT Dense matrix_function(const SymmetricEigen& eigen,
                                                   const std::function<double(double)>& f);

/// The solutions of A v = w B v with v' B v = 1, v of different w orthogonal in B, w descending; v_i is row i
/// of `vectors` (r x n), its sign as of SymmetricEigen.
struct GeneralizedEigen {
  std::vector<double> values;
  Dense vectors;
};

/// For symmetric A and positive semidefinite B of rank r (see rank_of): the problem on the span of B, r
/// solutions. Throws Error (numerical) as symmetric_eigen.
[[nodiscard]] NEARFAR_EXPORT GeneralizedEigen generalized_eigen(const Dense& a, const Dense& b);

/// The geometric mean A^(1/2) (A^(-1/2) B A^(-1/2))^(1/2) A^(1/2) of two positive definite matrices: the
/// solution X of X A^(-1) X = B. Throws Error (numerical) if A is not positive definite.
[[nodiscard]] NEARFAR_EXPORT Dense geometric_mean(const Dense& a, const Dense& b);

}  // namespace nearfar
