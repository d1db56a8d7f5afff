#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "nearfar/core/dense.h"
#include "nearfar/core/matrix.h"

namespace nearfar {

/// Dense matrix products; every large one of the library goes through here.
///
/// The bits of every element depend on the two rows it is made of and on the inner length alone: not on the
/// number of threads, nor on how many other rows are in the call. Products of floats are our own
/// (product_tile.h). Those in double are Eigen's, each call with row and column counts that are multiples of
/// its register blocks (zero rows fill the last one); the blocking along the inner dimension depends on that
/// dimension only.

/// C = A B', with A (n x d), B (m x d): returns n x m. 2 n m d floating-point operations.
[[nodiscard]] NEARFAR_EXPORT Matrix multiply_abt(MatrixView a, MatrixView b);
/// The same into `c`, n rows of m floats, row i at c + i * stride.
NEARFAR_EXPORT void multiply_abt(MatrixView a, MatrixView b, float* c, std::int64_t stride);
/// C = A' B, with A (n x p), B (n x q): returns p x q, or writes p rows of q floats. Summed over n.
[[nodiscard]] NEARFAR_EXPORT Matrix multiply_atb(MatrixView a, MatrixView b);
NEARFAR_EXPORT void multiply_atb(MatrixView a, MatrixView b, float* c, std::int64_t stride);
/// C = A B, with A (n x d), B (d x m): returns n x m, or writes n rows of m floats.
[[nodiscard]] NEARFAR_EXPORT Matrix multiply_ab(MatrixView a, MatrixView b);
NEARFAR_EXPORT void multiply_ab(MatrixView a, MatrixView b, float* c, std::int64_t stride);
[[nodiscard]] NEARFAR_EXPORT Matrix transposed(MatrixView a);

/// C = A B in double, with A (n x d), B (d x m): returns n x m. On the calling thread.
[[nodiscard]] NEARFAR_EXPORT Dense multiply(const Dense& a, const Dense& b);

/// sum over i < count of r_i r_i' in double: d x d, symmetric. `write(i, r)` sets the d values of r_i; it is
/// called once for each i, ascending, on the calling thread.
[[nodiscard]] NEARFAR_EXPORT Dense outer_sum(std::int64_t count, std::int64_t d,
                                             const std::function<void(std::int64_t i, double* r)>& write);

/// sum over rows of (x - shift)(x - shift)' in double: d x d, row-major, symmetric. `shift` has d values.
[[nodiscard]] NEARFAR_EXPORT std::vector<double> scatter_matrix(MatrixView x, std::span<const double> shift);

/// Z = X L' in double: n x r, row-major, for L (r x d, row-major).
[[nodiscard]] NEARFAR_EXPORT std::vector<double> multiply_xlt(MatrixView x, std::span<const double> l,
                                                              std::int64_t r);
/// A' X in double, for A (n x r, row-major): r x d. Summed over n.
[[nodiscard]] NEARFAR_EXPORT std::vector<double> multiply_atx(std::span<const double> a, std::int64_t r,
                                                              MatrixView x);

}  // namespace nearfar
