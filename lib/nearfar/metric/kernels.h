#pragma once

#include <cstdint>

#include "nearfar/core/matrix.h"

namespace nearfar {

class Distance;

// One kernel a distance: out[i] = d(x, row i of `rows`), each pair by the same statements whatever the other
// rows are. What every kernel promises:
//   - the bits do not depend on the order of the two rows (but for snr), nor on the batch;
//   - identical rows are at exactly 0 (but for dot);
//   - coordinates of any finite magnitude give a finite number: a distance beyond the range of a float is the
//     largest float.
//
// The distances that a matrix product can pre-select state how far they are from the true distance of the two
// float rows, for d <= 2^20. There u = 2^-24, e = 2^-53, |.| is the Euclidean (of L: Frobenius) length, and
// g(k) = k u / (1 - k u) bounds the effect of k roundings to float.

/// |out - true| <= (g(k) / 2 + u) true + 2^-149, k = ceil(d / 16) + 7.
void euclidean_rows(const Distance& self, const float* x, MatrixView rows, float* out);
/// |out - true| <= g(k) true + 2^-149, k = ceil(d / 16) + 8.
void sqeuclidean_rows(const Distance& self, const float* x, MatrixView rows, float* out);
void manhattan_rows(const Distance& self, const float* x, MatrixView rows, float* out);
void chebyshev_rows(const Distance& self, const float* x, MatrixView rows, float* out);
void minkowski_rows(const Distance& self, const float* x, MatrixView rows, float* out);
void canberra_rows(const Distance& self, const float* x, MatrixView rows, float* out);
void braycurtis_rows(const Distance& self, const float* x, MatrixView rows, float* out);
void hamming_rows(const Distance& self, const float* x, MatrixView rows, float* out);
void jaccard_rows(const Distance& self, const float* x, MatrixView rows, float* out);

// These are summed in double, where the product of two floats is exact.

/// |out - true| <= u true + c, c = (d / 8 + 14) e.
void cosine_rows(const Distance& self, const float* x, MatrixView rows, float* out);
/// |out - true| <= u true + sqrt(c / 2) + 4 e with the c of cosine: the arc cosine is steep at 0 and at pi.
void angular_rows(const Distance& self, const float* x, MatrixView rows, float* out);
/// |out - true| <= u true + c + 3 (k e)^2 max(rx, ry)^2 with c = (d / 8 + 20) e, k = d / 16 + 6 and
/// rx = |x| / |x - mean(x)|, which is below 2^25 sqrt(d) for float rows that are not constant.
void correlation_rows(const Distance& self, const float* x, MatrixView rows, float* out);
/// |out - true| <= u |true| + (d / 16 + 5) e |x| |y| + 2^-149.
void dot_rows(const Distance& self, const float* x, MatrixView rows, float* out);
void snr_rows(const Distance& self, const float* x, MatrixView rows, float* out);

// L = self.factor(), whose floats define the distance.

/// |out - true| <= u true + f + 2^-149, f = g(k) |L| |x - y| + d sqrt(rank) 2^-149, k = ceil(d / 16) + 6.
void mahalanobis_rows(const Distance& self, const float* x, MatrixView rows, float* out);
/// |out - true| <= u true + f (2 sqrt(true) + f) + 2^-149 with the same f.
void sqmahalanobis_rows(const Distance& self, const float* x, MatrixView rows, float* out);

}  // namespace nearfar
