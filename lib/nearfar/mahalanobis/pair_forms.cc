#include "nearfar/mahalanobis/pair_forms.h"

#include "nearfar/core/product.h"

namespace nearfar {

std::vector<double> squared_distances(MatrixView x, const RowPairs& pairs, std::span<const double> l,
                                      std::int64_t r) {
  const std::vector<double> images = multiply_xlt(x, l, r);
  std::vector<double> squares;
  squares.reserve(pairs.size());
  for (const auto& [a, b] : pairs) {
    const double* first = images.data() + a * r;
    const double* second = images.data() + b * r;
    double sum = 0;
    for (std::int64_t k = 0; k < r; ++k) sum += (first[k] - second[k]) * (first[k] - second[k]);
    squares.push_back(sum);
  }
  return squares;
}

std::vector<double> squared_distances_under(MatrixView x, const RowPairs& pairs, const Dense& metric) {
  const std::int64_t d = x.cols;
  const std::vector<double> images = multiply_xlt(x, metric.values, d);
  std::vector<double> squares;
  squares.reserve(pairs.size());
  for (const auto& [a, b] : pairs) {
    const double* first = images.data() + a * d;
    const double* second = images.data() + b * d;
    double sum = 0;
    for (std::int64_t j = 0; j < d; ++j) {
      const double delta = static_cast<double>(x.row(a)[j]) - static_cast<double>(x.row(b)[j]);
      sum += delta * (first[j] - second[j]);
    }
    squares.push_back(sum);
  }
  return squares;
}

Dense weighted_scatter(MatrixView x, const RowPairs& pairs, std::span<const double> weights) {
  const std::int64_t d = x.cols;
  std::vector<double> laplacian(static_cast<std::size_t>(x.rows * d));  // times X
  for (std::size_t t = 0; t < pairs.size(); ++t) {
    if (weights[t] == 0) continue;
    const auto [a, b] = pairs[t];
    double* first = laplacian.data() + a * d;
    double* second = laplacian.data() + b * d;
    for (std::int64_t j = 0; j < d; ++j) {
      const double delta = weights[t] * (static_cast<double>(x.row(a)[j]) - static_cast<double>(x.row(b)[j]));
      first[j] += delta;
      second[j] -= delta;
    }
  }
  Dense sum(d, d);
  sum.values = multiply_atx(laplacian, d, x);
  return weighted_sum(0.5, sum, 0.5, transposed(sum));  // symmetric but for rounding
}

}  // namespace nearfar
