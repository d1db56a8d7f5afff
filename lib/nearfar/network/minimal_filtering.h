#pragma once

#include "nearfar/core/vector.h"

namespace nearfar {

// The transforms of F(2, 3), which makes two outputs of four inputs and a kernel of three by four
// multiplications: y = A' [(G g) o (B' d)] (Winograd 1980; Lavin, Gray 2016, arXiv:1509.09308, section 4.1).
// Each is one direction of a tile, on numbers `step` apart, and each has its transposed, for the way back.
// For .cc files of the library.

/// d becomes B' d, B' = (1 0 -1 0; 0 1 1 0; 0 -1 1 0; 0 1 0 -1).
inline void input_line(Vector* d, int step) {
  const Vector second = d[step] + d[2 * step];
  const Vector third = d[2 * step] - d[step];
  d[0] -= d[2 * step];
  d[3 * step] = d[step] - d[3 * step];
  d[step] = second;
  d[2 * step] = third;
}

/// v becomes B v.
inline void input_line_back(Vector* v, int step) {
  const Vector second = v[step] - v[2 * step] + v[3 * step];
  v[2 * step] += v[step] - v[0];
  v[step] = second;
  v[3 * step] = -v[3 * step];
}

/// A' m, A' = (1 1 1 0; 0 1 -1 -1).
inline void output_line(const Vector* m, int step, Vector& first, Vector& second) {
  first = m[0] + m[step] + m[2 * step];
  second = m[step] - m[2 * step] - m[3 * step];
}

/// A y.
inline void output_line_back(const Vector& first, const Vector& second, Vector* m, int step) {
  m[0] = first;
  m[step] = first + second;
  m[2 * step] = first - second;
  m[3 * step] = -second;
}

/// G g, G = (1 0 0; 1/2 1/2 1/2; 1/2 -1/2 1/2; 0 0 1).
inline void weight_line(const double* g, int g_step, double* u, int u_step) {
  const double outer = (g[0] + g[2 * g_step]) / 2;
  u[0] = g[0];
  u[u_step] = outer + g[g_step] / 2;
  u[2 * u_step] = outer - g[g_step] / 2;
  u[3 * u_step] = g[2 * g_step];
}

/// G' u.
inline void weight_line_back(const double* u, int u_step, double* g, int g_step) {
  const double sum = (u[u_step] + u[2 * u_step]) / 2;
  g[0] = u[0] + sum;
  g[g_step] = (u[u_step] - u[2 * u_step]) / 2;
  g[2 * g_step] = sum + u[3 * u_step];
}

}  // namespace nearfar
