#include "nearfar/core/dense.h"

#include <algorithm>

namespace nearfar {

Dense dense_identity(std::int64_t n) {
  Dense identity(n, n);
  for (std::int64_t i = 0; i < n; ++i) identity(i, i) = 1;
  return identity;
}

Dense transposed(const Dense& a) {
  constexpr std::int64_t kRows = 8;  // at a time: the numbers of one cache line of t
  Dense t(a.cols, a.rows);
  for (std::int64_t begin = 0; begin < a.rows; begin += kRows) {
    const std::int64_t end = std::min(a.rows, begin + kRows);
    for (std::int64_t j = 0; j < a.cols; ++j) {
      for (std::int64_t i = begin; i < end; ++i) t(j, i) = a(i, j);
    }
  }
  return t;
}

Dense weighted_sum(double a, const Dense& x, double b, const Dense& y) {
  Dense sum(x.rows, x.cols);
  for (std::size_t i = 0; i < sum.values.size(); ++i) sum.values[i] = a * x.values[i] + b * y.values[i];
  return sum;
}

double trace(const Dense& a) {
  double sum = 0;
  for (std::int64_t i = 0; i < std::min(a.rows, a.cols); ++i) sum += a(i, i);
  return sum;
}

}  // namespace nearfar
