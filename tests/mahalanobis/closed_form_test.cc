#include "nearfar/mahalanobis/closed_form.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "mahalanobis/class_separation.h"
#include "mahalanobis/naive_metric.h"
#include "random_rows.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

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

TEST_CASE("covariance: shrinkage draws the variances together, and only where there are any") {
  Matrix x = correlated(40, 4, 5);
  for (std::int64_t i = 0; i < x.rows(); ++i) x(i, 2) = 1;
  Square s = naive_covariance(x);
  // On the three directions that vary: (1 - rho) S + rho tr(S)/3 P with the projector P = S S^+.
  const Square p = times(s, gram(covariance_map(x, 0)));
  const double mean = (s[0][0] + s[1][1] + s[3][3]) / 3;
  for (std::size_t a = 0; a < 4; ++a) {
    for (std::size_t b = 0; b < 4; ++b) s[a][b] = 0.75 * s[a][b] + 0.25 * mean * p[a][b];
  }
  CHECK(difference(p, times(s, gram(covariance_map(x, 0, 0.25)))) < 1e-4);
  CHECK(difference(p, times(Square{{mean, 0, 0, 0}, {0, mean, 0, 0}, {0, 0, mean, 0}, {0, 0, 0, mean}},
                            gram(covariance_map(x, 0, 1)))) < 1e-4);
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
