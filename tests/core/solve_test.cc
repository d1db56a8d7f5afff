#include "nearfar/core/solve.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "nearfar/core/product.h"
#include "nearfar/core/random.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

std::vector<double> random_symmetric(std::size_t n, std::uint64_t seed) {
  Random random(seed);
  std::vector<double> matrix(n * n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j <= i; ++j) matrix[i * n + j] = matrix[j * n + i] = random.normal();
  }
  return matrix;
}

}  // namespace

TEST_CASE("eigenvectors solve the equation, are orthonormal and signed") {
  for (const std::size_t n : {1U, 2U, 3U, 10U, 40U}) {
    const std::vector<double> matrix = random_symmetric(n, n);
    const SymmetricEigen eigen = symmetric_eigen(matrix, static_cast<std::int64_t>(n));
    REQUIRE(eigen.values.size() == n);
    REQUIRE(eigen.vectors.size() == n * n);
    for (std::size_t r = 0; r < n; ++r) {
      const double* v = eigen.vectors.data() + r * n;
      if (r > 0) CHECK(eigen.values[r - 1] >= eigen.values[r]);
      double largest = 0;
      for (std::size_t i = 0; i < n; ++i) {
        double product = 0;
        for (std::size_t j = 0; j < n; ++j) product += matrix[i * n + j] * v[j];
        CHECK(std::abs(product - eigen.values[r] * v[i]) < 1e-11 * static_cast<double>(n));
        if (std::abs(v[i]) > std::abs(largest)) largest = v[i];
      }
      CHECK(largest > 0);
      for (std::size_t s = 0; s <= r; ++s) {
        double inner = 0;
        for (std::size_t j = 0; j < n; ++j) inner += v[j] * eigen.vectors[s * n + j];
        CHECK(std::abs(inner - (s == r ? 1 : 0)) < 1e-12 * static_cast<double>(n));
      }
    }
  }
}

TEST_CASE("a known case: 2 1 / 1 2") {
  const std::vector<double> matrix{2, 1, 1, 2};
  const SymmetricEigen eigen = symmetric_eigen(matrix, 2);
  CHECK(eigen.values[0] == doctest::Approx(3));
  CHECK(eigen.values[1] == doctest::Approx(1));
  const double half = std::sqrt(0.5);
  CHECK(eigen.vectors[0] == doctest::Approx(half));
  CHECK(eigen.vectors[1] == doctest::Approx(half));
  CHECK(eigen.vectors[2] == doctest::Approx(half));  // a tie in magnitude: the first entry is positive
  CHECK(eigen.vectors[3] == doctest::Approx(-half));
}

namespace {

Dense dense_of(std::vector<double> values, std::int64_t n) {
  Dense matrix(n, n);
  matrix.values = std::move(values);
  return matrix;
}

// A A' + e I, of full rank for e > 0, or of rank `rank` when A has so many columns.
Dense random_semidefinite(std::int64_t n, std::int64_t rank, std::uint64_t seed, double e) {
  Random random(seed);
  Dense a(n, rank);
  for (double& value : a.values) value = random.normal();
  return weighted_sum(1, multiply(a, transposed(a)), e, dense_identity(n));
}

double largest_difference(const Dense& a, const Dense& b) {
  double worst = 0;
  for (std::size_t i = 0; i < a.values.size(); ++i)
    worst = std::max(worst, std::abs(a.values[i] - b.values[i]));
  return worst;
}

// The product by its definition.
Dense naive_product(const Dense& a, const Dense& b) {
  Dense c(a.rows, b.cols);
  for (std::int64_t i = 0; i < a.rows; ++i) {
    for (std::int64_t j = 0; j < b.cols; ++j) {
      for (std::int64_t k = 0; k < a.cols; ++k) c(i, j) += a(i, k) * b(k, j);
    }
  }
  return c;
}

}  // namespace

TEST_CASE("generalised eigenvectors: A v = w B v, V B V' = I, as many as B has rank") {
  for (const std::int64_t n : {1, 2, 5, 30}) {
    for (const std::int64_t rank : {n, (n + 1) / 2}) {
      const auto seed = static_cast<std::uint64_t>(n);
      const Dense a = dense_of(random_symmetric(static_cast<std::size_t>(n), seed), n);
      const Dense b = random_semidefinite(n, rank, seed + 1, rank == n ? 0.1 : 0);
      const GeneralizedEigen eigen = generalized_eigen(a, b);
      REQUIRE(eigen.vectors.rows == rank);
      REQUIRE(std::ssize(eigen.values) == rank);
      const Dense v = eigen.vectors;
      CHECK(largest_difference(naive_product(naive_product(v, b), transposed(v)), dense_identity(rank)) <
            1e-9);
      Dense w(rank, rank);  // V A V' = W on the span of B
      for (std::int64_t i = 0; i < rank; ++i) {
        w(i, i) = eigen.values[static_cast<std::size_t>(i)];
        if (i > 0) CHECK(w(i, i) <= w(i - 1, i - 1));
      }
      CHECK(largest_difference(naive_product(naive_product(v, a), transposed(v)), w) <
            1e-8 * std::max(1.0, w(0, 0)));
      if (rank == n) {
        const Dense left = naive_product(v, a);
        const Dense right = naive_product(w, naive_product(v, b));
        CHECK(largest_difference(left, right) < 1e-8 * static_cast<double>(n));
      }
    }
  }
}

TEST_CASE("the geometric mean solves X A^-1 X = B, and lies between equal matrices") {
  for (const std::int64_t n : {1, 3, 12}) {
    const Dense a = random_semidefinite(n, n, 3, 0.5);
    const Dense b = random_semidefinite(n, n, 4, 0.5);
    const Dense x = geometric_mean(a, b);
    const std::optional<PositiveInverse> inverse = positive_inverse(a);
    REQUIRE(inverse);
    CHECK(largest_difference(naive_product(naive_product(x, inverse->inverse), x), b) < 1e-8);
    CHECK(largest_difference(geometric_mean(a, a), a) < 1e-10);
    CHECK(largest_difference(geometric_mean(b, a), x) < 1e-8);  // it is symmetric
  }
  const Dense singular = random_semidefinite(4, 2, 1, 0);
  CHECK(kind_of([&] { (void)geometric_mean(singular, dense_identity(4)); }) ==
        static_cast<int>(ErrorKind::numerical));
}

TEST_CASE("the inverse and the determinant of a positive definite matrix; nothing for another") {
  for (const std::int64_t n : {1, 4, 20}) {
    const Dense a = random_semidefinite(n, n, 9, 0.2);
    const std::optional<PositiveInverse> inverse = positive_inverse(a);
    REQUIRE(inverse);
    CHECK(largest_difference(naive_product(a, inverse->inverse), dense_identity(n)) < 1e-8);
    double log_det = 0;
    for (const double value : symmetric_eigen(a).values) log_det += std::log(value);
    CHECK(inverse->log_det == doctest::Approx(log_det));
  }
  CHECK_FALSE(positive_inverse(dense_of({1, 2, 2, 1}, 2)));
  CHECK_FALSE(positive_inverse(dense_of({0}, 1)));
  CHECK_FALSE(positive_inverse(dense_of({std::numeric_limits<double>::quiet_NaN()}, 1)));
}

TEST_CASE("functions of a matrix, its rank and its trace") {
  const Dense a = random_semidefinite(6, 3, 2, 0);
  const SymmetricEigen eigen = symmetric_eigen(a);
  CHECK(rank_of(eigen) == 3);
  const Dense root = matrix_function(eigen, [](double w) { return std::sqrt(std::max(w, 0.0)); });
  CHECK(largest_difference(naive_product(root, root), a) < 1e-9);
  double sum = 0;
  for (const double value : eigen.values) sum += value;
  CHECK(trace(a) == doctest::Approx(sum));
  CHECK(rank_of(symmetric_eigen(Dense(3, 3))) == 0);
}

TEST_CASE("products and sums of outer products in double equal their definitions") {
  Random random(5);
  for (const std::int64_t rows : {1, 3, 30, 2100}) {
    Dense a(rows, 5);
    for (double& value : a.values) value = random.normal();
    Dense b(5, 7);
    for (double& value : b.values) value = random.normal();
    CHECK(largest_difference(multiply(a, b), naive_product(a, b)) < 1e-12);
    const Dense sum = outer_sum(rows, 5, [&](std::int64_t i, double* r) { std::copy_n(a.row(i), 5, r); });
    CHECK(largest_difference(sum, naive_product(transposed(a), a)) < 1e-9);
  }
  CHECK(kind_of([] { (void)multiply(Dense(2, 3), Dense(2, 3)); }) == static_cast<int>(ErrorKind::internal));
}

TEST_CASE("a matrix that is not finite is a numerical error") {
  for (const double bad :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    const std::vector<double> matrix{1, bad, bad, 1};
    CHECK(kind_of([&] { (void)symmetric_eigen(matrix, 2); }) == static_cast<int>(ErrorKind::numerical));
  }
}
