#include "nearfar/network/normalize.h"

#include <algorithm>
#include <cmath>

namespace nearfar {
namespace {

double dot(const float* a, const float* b, std::int64_t n) {
  double sum = 0;
  for (std::int64_t k = 0; k < n; ++k) sum += static_cast<double>(a[k]) * static_cast<double>(b[k]);
  return sum;
}

}  // namespace

void normalize_rows(Matrix& x) { Normalize(Shape::vector(x.cols())).apply(x, x.data()); }

void Normalize::apply(MatrixView x, float* y) const {
  for (std::int64_t i = 0; i < x.rows; ++i, y += x.cols) {
    const float* row = x.row(i);
    const double length = std::sqrt(dot(row, row, x.cols));
    const double divisor = length == 0 ? 1 : length;
    for (std::int64_t k = 0; k < x.cols; ++k)
      y[k] = static_cast<float>(static_cast<double>(row[k]) / divisor);
  }
}

// dx = (dy - y (y'dy)) / |x|
void Normalize::backward(MatrixView x, MatrixView y, MatrixView dy, float* dx) {
  if (dx == nullptr) return;
  for (std::int64_t i = 0; i < x.rows; ++i, dx += x.cols) {
    const double length = std::sqrt(dot(x.row(i), x.row(i), x.cols));
    if (length == 0) {
      std::fill_n(dx, x.cols, 0.0F);
      continue;
    }
    const double along = dot(y.row(i), dy.row(i), x.cols);
    for (std::int64_t k = 0; k < x.cols; ++k) {
      dx[k] = static_cast<float>(
          (static_cast<double>(dy.row(i)[k]) - along * static_cast<double>(y.row(i)[k])) / length);
    }
  }
}

}  // namespace nearfar
