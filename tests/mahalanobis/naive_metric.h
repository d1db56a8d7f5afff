#pragma once

// Metrics by their definitions: small square matrices, scatters by loops over rows.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "nearfar/core/matrix.h"
#include "random_rows.h"

namespace nearfar::testing {

using Square = std::vector<std::vector<double>>;

inline Square square(std::int64_t n) {
  return Square(static_cast<std::size_t>(n), std::vector<double>(static_cast<std::size_t>(n)));
}

// Covariance with n - 1, by its definition.
inline Square naive_covariance(const Matrix& x) {
  const std::int64_t d = x.cols();
  std::vector<long double> mean(static_cast<std::size_t>(d));
  for (std::int64_t i = 0; i < x.rows(); ++i) {
    for (std::int64_t j = 0; j < d; ++j) {
      mean[static_cast<std::size_t>(j)] +=
          static_cast<long double>(x(i, j)) / static_cast<long double>(x.rows());
    }
  }
  Square s = square(d);
  for (std::size_t a = 0; a < s.size(); ++a) {
    for (std::size_t b = 0; b < s.size(); ++b) {
      long double sum = 0;
      for (std::int64_t i = 0; i < x.rows(); ++i) {
        sum += (static_cast<long double>(x(i, static_cast<std::int64_t>(a))) - mean[a]) *
               (static_cast<long double>(x(i, static_cast<std::int64_t>(b))) - mean[b]);
      }
      s[a][b] = static_cast<double>(sum / static_cast<long double>(x.rows() - 1));
    }
  }
  return s;
}

// Gauss-Jordan elimination with the largest pivot of each column.
inline Square naive_inverse(Square a) {
  const std::size_t n = a.size();
  Square inverse = square(static_cast<std::int64_t>(n));
  for (std::size_t i = 0; i < n; ++i) inverse[i][i] = 1;
  for (std::size_t c = 0; c < n; ++c) {
    std::size_t pivot = c;
    for (std::size_t r = c + 1; r < n; ++r) {
      if (std::abs(a[r][c]) > std::abs(a[pivot][c])) pivot = r;
    }
    std::swap(a[c], a[pivot]);
    std::swap(inverse[c], inverse[pivot]);
    const double by = a[c][c];
    for (std::size_t j = 0; j < n; ++j) {
      a[c][j] /= by;
      inverse[c][j] /= by;
    }
    for (std::size_t r = 0; r < n; ++r) {
      const double factor = r == c ? 0 : a[r][c];
      for (std::size_t j = 0; j < n; ++j) {
        a[r][j] -= factor * a[c][j];
        inverse[r][j] -= factor * inverse[c][j];
      }
    }
  }
  return inverse;
}

inline Square gram(const Matrix& l) {  // L'L
  Square m = square(l.cols());
  for (std::size_t a = 0; a < m.size(); ++a) {
    for (std::size_t b = 0; b < m.size(); ++b) {
      for (std::int64_t r = 0; r < l.rows(); ++r) {
        m[a][b] += static_cast<double>(l(r, static_cast<std::int64_t>(a))) *
                   static_cast<double>(l(r, static_cast<std::int64_t>(b)));
      }
    }
  }
  return m;
}

inline Square times(const Square& a, const Square& b) {
  Square c = square(static_cast<std::int64_t>(a.size()));
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t j = 0; j < a.size(); ++j) {
      for (std::size_t k = 0; k < a.size(); ++k) c[i][j] += a[i][k] * b[k][j];
    }
  }
  return c;
}

// Largest difference of two squares, relative to the largest entry.
inline double difference(const Square& a, const Square& b) {
  double worst = 0;
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t j = 0; j < a.size(); ++j) {
      worst = std::max(worst, std::abs(a[i][j] - b[i][j]));
      largest = std::max(largest, std::abs(a[i][j]));
    }
  }
  return worst / largest;
}

// Rows with correlated columns: random rows times a random square.
inline Matrix correlated(std::int64_t rows, std::int64_t d, std::uint64_t seed) {
  const Matrix x = random_rows(rows, d, seed);
  const Matrix mix = random_rows(d, d, seed + 1000);
  Matrix y(rows, d);
  for (std::int64_t i = 0; i < rows; ++i) {
    for (std::int64_t j = 0; j < d; ++j) {
      for (std::int64_t k = 0; k < d; ++k) y(i, j) += x(i, k) * mix(k, j);
      y(i, j) += 3;
    }
  }
  return y;
}

inline double image_variance(const Matrix& l, std::int64_t row, const Square& covariance) {
  double variance = 0;
  for (std::size_t a = 0; a < covariance.size(); ++a) {
    for (std::size_t b = 0; b < covariance.size(); ++b) {
      variance += static_cast<double>(l(row, static_cast<std::int64_t>(a))) * covariance[a][b] *
                  static_cast<double>(l(row, static_cast<std::int64_t>(b)));
    }
  }
  return variance;
}

}  // namespace nearfar::testing
