#include "nearfar/network/normalize.h"

#include <cmath>

namespace nearfar {
namespace {

double dot(const float* a, const float* b, std::int64_t n) {
  double sum = 0;
  for (std::int64_t k = 0; k < n; ++k) sum += static_cast<double>(a[k]) * static_cast<double>(b[k]);
  return sum;
}

}  // namespace

void normalize_rows(Matrix& x) {
  for (std::int64_t i = 0; i < x.rows(); ++i) {
    const double length = std::sqrt(dot(x.row(i), x.row(i), x.cols()));
    if (length == 0) continue;
    for (std::int64_t k = 0; k < x.cols(); ++k)
      x(i, k) = static_cast<float>(static_cast<double>(x(i, k)) / length);
  }
}

Matrix Normalize::forward(MatrixView x) const {
  Matrix y = Matrix::copy_of(x);
  normalize_rows(y);
  return y;
}

// dx = (dy - y (y'dy)) / |x|
Matrix Normalize::backward(MatrixView x, MatrixView y, MatrixView dy, bool want_dx) {
  if (!want_dx) return {};
  Matrix dx(x.rows, x.cols);
  for (std::int64_t i = 0; i < x.rows; ++i) {
    const double length = std::sqrt(dot(x.row(i), x.row(i), x.cols));
    if (length == 0) continue;
    const double along = dot(y.row(i), dy.row(i), x.cols);
    for (std::int64_t k = 0; k < x.cols; ++k) {
      dx(i, k) = static_cast<float>(
          (static_cast<double>(dy.row(i)[k]) - along * static_cast<double>(y.row(i)[k])) / length);
    }
  }
  return dx;
}

}  // namespace nearfar
