#include "nearfar/core/solve.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

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

TEST_CASE("a matrix that is not finite is a numerical error") {
  for (const double bad :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    const std::vector<double> matrix{1, bad, bad, 1};
    CHECK(kind_of([&] { (void)symmetric_eigen(matrix, 2); }) == static_cast<int>(ErrorKind::numerical));
  }
}
