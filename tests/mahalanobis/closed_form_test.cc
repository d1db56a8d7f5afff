#include "nearfar/mahalanobis/closed_form.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "mahalanobis/class_separation.h"
#include "random_rows.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

using Square = std::vector<std::vector<double>>;

Square square(std::int64_t n) {
  return Square(static_cast<std::size_t>(n), std::vector<double>(static_cast<std::size_t>(n)));
}

// Covariance with n - 1, by its definition.
Square naive_covariance(const Matrix& x) {
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
Square naive_inverse(Square a) {
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

Square gram(const Matrix& l) {  // L'L
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

Square times(const Square& a, const Square& b) {
  Square c = square(static_cast<std::int64_t>(a.size()));
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t j = 0; j < a.size(); ++j) {
      for (std::size_t k = 0; k < a.size(); ++k) c[i][j] += a[i][k] * b[k][j];
    }
  }
  return c;
}

// Largest difference of two squares, relative to the largest entry.
double difference(const Square& a, const Square& b) {
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
Matrix correlated(std::int64_t rows, std::int64_t d, std::uint64_t seed) {
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

double image_variance(const Matrix& l, std::int64_t row, const Square& covariance) {
  double variance = 0;
  for (std::size_t a = 0; a < covariance.size(); ++a) {
    for (std::size_t b = 0; b < covariance.size(); ++b) {
      variance += static_cast<double>(l(row, static_cast<std::int64_t>(a))) * covariance[a][b] *
                  static_cast<double>(l(row, static_cast<std::int64_t>(b)));
    }
  }
  return variance;
}

}  // namespace

TEST_CASE("identity: L = I, whatever the rows") {
  for (const std::int64_t d : {1, 2, 7}) {
    const Matrix l = identity_map(random_rows(3, d, 1), 0);
    REQUIRE(l.rows() == d);
    REQUIRE(l.cols() == d);
    for (std::int64_t i = 0; i < d; ++i) {
      for (std::int64_t j = 0; j < d; ++j) CHECK(l(i, j) == (i == j ? 1.0F : 0.0F));
    }
  }
  CHECK(identity_map(random_rows(3, 4, 1), 4).rows() == 4);
  const auto error = error_of([] { (void)identity_map(random_rows(3, 4, 1), 2); });
  REQUIRE(error);
  CHECK(error->kind() == ErrorKind::usage);
  CHECK(contains(error->advice(), "pca"));
}

TEST_CASE("covariance: L'L is the inverse of the covariance matrix") {
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    const auto d = static_cast<std::int64_t>(1 + seed % 6);
    const Matrix x = correlated(40, d, seed);
    const Matrix l = covariance_map(x, 0);
    REQUIRE(l.rows() == d);
    CHECK(difference(naive_inverse(naive_covariance(x)), gram(l)) < 1e-4);
  }
}

TEST_CASE("covariance: images have variance 1 in every direction, the first direction varied most") {
  const Matrix x = correlated(60, 5, 3);
  const Square s = naive_covariance(x);
  const Matrix l = covariance_map(x, 3);
  CHECK(l.rows() == 3);
  double before = 0;
  for (std::int64_t r = 0; r < 3; ++r) {
    CHECK(image_variance(l, r, s) == doctest::Approx(1).epsilon(1e-4));
    double length = 0;
    for (std::int64_t k = 0; k < 5; ++k)
      length += static_cast<double>(l(r, k)) * static_cast<double>(l(r, k));
    CHECK(length > before);  // 1 / variance of the direction
    before = length;
  }
}

TEST_CASE("covariance: of rows in fewer dimensions it is the pseudo-inverse") {
  Matrix x = correlated(30, 5, 9);
  for (std::int64_t i = 0; i < x.rows(); ++i) {
    x(i, 3) = 7;                      // constant
    x(i, 4) = 2 * x(i, 0) - x(i, 1);  // a combination, up to rounding to float
  }
  const Matrix l = covariance_map(x, 0);
  CHECK(l.rows() == 3);
  const Square s = naive_covariance(x);
  const Square p = gram(l);
  // The four conditions of Moore and Penrose (two say that the products are symmetric).
  CHECK(difference(s, times(times(s, p), s)) < 1e-4);
  CHECK(difference(p, times(times(p, s), p)) < 1e-4);
  const Square sp = times(s, p);
  for (std::size_t i = 0; i < sp.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) CHECK(sp[i][j] == doctest::Approx(sp[j][i]).epsilon(1e-3));
  }
  const Matrix few = correlated(3, 6, 2);  // three rows span two directions
  CHECK(covariance_map(few, 0).rows() == 2);
}

TEST_CASE("covariance: class separation of iris as published") {
  const Dataset data = iris();
  CHECK(class_separation(covariance_map(data.features, 0), data) ==
        doctest::Approx(0.72981476).epsilon(1e-6));
}

TEST_CASE("pca: orthonormal rows, variances descending and as large as any direction's") {
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    const Matrix x = correlated(50, 6, seed);
    const Square s = naive_covariance(x);
    const Matrix l = pca_map(x, 0);
    REQUIRE(l.rows() == 6);
    double total = 0;
    for (std::int64_t a = 0; a < 6; ++a) {
      for (std::int64_t b = 0; b < 6; ++b) {
        double product = 0;
        for (std::int64_t k = 0; k < 6; ++k)
          product += static_cast<double>(l(a, k)) * static_cast<double>(l(b, k));
        CHECK(product == doctest::Approx(a == b ? 1 : 0).epsilon(1e-5));
      }
      total += s[static_cast<std::size_t>(a)][static_cast<std::size_t>(a)];
    }
    double explained = 0;
    for (std::int64_t r = 0; r < 6; ++r) {
      if (r > 0) CHECK(image_variance(l, r, s) <= image_variance(l, r - 1, s));
      explained += image_variance(l, r, s);
    }
    CHECK(explained == doctest::Approx(total).epsilon(1e-5));
    const Matrix directions = random_rows(200, 6, seed + 50);
    for (std::int64_t i = 0; i < 200; ++i) {
      double length = 0;
      for (std::int64_t k = 0; k < 6; ++k)
        length += static_cast<double>(directions(i, k)) * static_cast<double>(directions(i, k));
      CHECK(image_variance(directions, i, s) / length <= image_variance(l, 0, s) * (1 + 1e-6));
    }
  }
}

TEST_CASE("pca: a smaller dim keeps the first directions, bit for bit") {
  const Matrix x = correlated(50, 6, 1);
  const Matrix all = pca_map(x, 0);
  const Matrix two = pca_map(x, 2);
  REQUIRE(two.rows() == 2);
  CHECK(same_bits(values(two), values(Matrix::copy_of(all.view().slice(0, 2)))));
}

TEST_CASE("closed forms: what cannot be computed is refused as data") {
  const Matrix one = random_rows(1, 3, 1);
  CHECK(kind_of([&] { (void)covariance_map(one, 0); }) == kData);
  CHECK(kind_of([&] { (void)pca_map(one, 0); }) == kData);
  CHECK(kind_of([&] { (void)covariance_map(Matrix(5, 3), 0); }) == kData);  // all rows equal
  const Matrix x = random_rows(20, 3, 1);
  CHECK(kind_of([&] { (void)covariance_map(x, 4); }) == kData);
  CHECK(kind_of([&] { (void)covariance_map(x, -1); }) == kData);
  CHECK(kind_of([&] { (void)pca_map(x, 4); }) == kData);
  CHECK(kind_of([&] { (void)pca_map(x, -1); }) == kData);
  // 1 / deviation is no float: never an infinite map.
  CHECK(kind_of([&] { (void)covariance_map(random_rows(20, 3, 1, 1e-40), 0); }) == kData);
}

TEST_CASE("closed forms: one feature") {
  const Matrix x = random_rows(20, 1, 4, 5);
  const double variance = naive_covariance(x)[0][0];
  CHECK(covariance_map(x, 0)(0, 0) == doctest::Approx(1 / std::sqrt(variance)));
  CHECK(pca_map(x, 0)(0, 0) == doctest::Approx(1));
}
