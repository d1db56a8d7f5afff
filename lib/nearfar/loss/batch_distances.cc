#include "nearfar/loss/batch_distances.h"

#include <algorithm>
#include <cmath>

#include "nearfar/core/error.h"
#include "nearfar/core/parallel.h"

namespace nearfar {
namespace {

constexpr std::int64_t kRows = 16;  // of the batch in one task

double sum_squares(const float* x, const float* y, std::int64_t d) {
  double sum = 0;
  for (std::int64_t k = 0; k < d; ++k) {
    const double delta = static_cast<double>(x[k]) - static_cast<double>(y[k]);
    sum += delta * delta;
  }
  return sum;
}

double sum_absolutes(const float* x, const float* y, std::int64_t d) {
  double sum = 0;
  for (std::int64_t k = 0; k < d; ++k) sum += std::abs(static_cast<double>(x[k]) - static_cast<double>(y[k]));
  return sum;
}

double dot(const float* x, const float* y, std::int64_t d) {
  double sum = 0;
  for (std::int64_t k = 0; k < d; ++k) sum += static_cast<double>(x[k]) * static_cast<double>(y[k]);
  return sum;
}

double sign(double value) { return value > 0 ? 1 : value < 0 ? -1 : 0; }

}  // namespace

BatchDistances::BatchDistances(MatrixView embeddings, DistanceKind kind)
    : x_(embeddings), kind_(kind), distances_(static_cast<std::size_t>(x_.rows * x_.rows)) {
  if (!Distance(kind).info().trains)
    throw Error(ErrorKind::internal, "a distance without a gradient in a loss");
  if (kind_ == DistanceKind::cosine) {
    for (std::int64_t i = 0; i < x_.rows; ++i) squares_.push_back(dot(x_.row(i), x_.row(i), x_.cols));
  }
  parallel_ranges(x_.rows, kRows, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      for (std::int64_t j = 0; j < i; ++j) {
        double d = 0;
        if (kind_ == DistanceKind::manhattan) {
          d = sum_absolutes(x_.row(i), x_.row(j), x_.cols);
        } else if (kind_ == DistanceKind::cosine) {
          // The root of the product of two equal numbers is exact, so equal rows are at exactly 0.
          const double lengths = std::sqrt(squares(i) * squares(j));
          d = lengths > 0 ? std::clamp(1 - dot(x_.row(i), x_.row(j), x_.cols) / lengths, 0.0, 2.0)
                          : (squares(i) == squares(j) ? 0 : 1);
        } else {
          d = sum_squares(x_.row(i), x_.row(j), x_.cols);
          if (kind_ == DistanceKind::euclidean) d = std::sqrt(d);
        }
        distances_[static_cast<std::size_t>(i * x_.rows + j)] = d;
        distances_[static_cast<std::size_t>(j * x_.rows + i)] = d;
      }
    }
  });
}

// With w_ij = weights(i,j) + weights(j,i), row i of the gradient is a sum over j of
//   euclidean    w_ij / d_ij (x_i - x_j)
//   sqeuclidean  2 w_ij (x_i - x_j)
//   manhattan    w_ij sign(x_i - x_j)
//   cosine       w_ij (cos_ij x_i / |x_i|^2 - x_j / (|x_i| |x_j|)),  cos_ij = 1 - d_ij
Matrix BatchDistances::backward(const std::vector<double>& weights) const {
  const std::int64_t n = x_.rows;
  const std::int64_t dim = x_.cols;
  Matrix gradient(n, dim);
  parallel_ranges(n, kRows, [&](std::int64_t begin, std::int64_t end) {
    std::vector<double> sum(static_cast<std::size_t>(dim));
    for (std::int64_t i = begin; i < end; ++i) {
      std::fill(sum.begin(), sum.end(), 0.0);
      const float* a = x_.row(i);
      for (std::int64_t j = 0; j < n; ++j) {
        const double w =
            weights[static_cast<std::size_t>(i * n + j)] + weights[static_cast<std::size_t>(j * n + i)];
        const double d = (*this)(i, j);
        if (w == 0 || i == j) continue;
        const float* b = x_.row(j);
        if (kind_ == DistanceKind::manhattan) {
          for (std::int64_t k = 0; k < dim; ++k)
            sum[static_cast<std::size_t>(k)] +=
                w * sign(static_cast<double>(a[k]) - static_cast<double>(b[k]));
        } else if (kind_ == DistanceKind::cosine) {
          if (squares(i) == 0 || squares(j) == 0) continue;
          const double own = w * (1 - d) / squares(i);
          const double other = w / std::sqrt(squares(i) * squares(j));
          for (std::int64_t k = 0; k < dim; ++k) {
            sum[static_cast<std::size_t>(k)] +=
                own * static_cast<double>(a[k]) - other * static_cast<double>(b[k]);
          }
        } else {
          if (kind_ == DistanceKind::euclidean && d == 0) continue;
          const double scale = kind_ == DistanceKind::euclidean ? w / d : 2 * w;
          for (std::int64_t k = 0; k < dim; ++k) {
            sum[static_cast<std::size_t>(k)] +=
                scale * (static_cast<double>(a[k]) - static_cast<double>(b[k]));
          }
        }
      }
      for (std::int64_t k = 0; k < dim; ++k)
        gradient(i, k) = static_cast<float>(sum[static_cast<std::size_t>(k)]);
    }
  });
  return gradient;
}

}  // namespace nearfar
