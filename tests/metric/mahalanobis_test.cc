#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "naive_distance.h"
#include "nearfar/core/error.h"
#include "nearfar/metric/distance.h"
#include "random_rows.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

using Square = std::vector<double>;  // d x d, row-major

// A'A for a random A (rank x d): symmetric to the bit, of that rank.
Square random_psd(std::int64_t d, std::int64_t rank, std::uint64_t seed) {
  const Matrix a = random_rows(rank, d, seed);
  Square m(static_cast<std::size_t>(d * d));
  for (std::int64_t i = 0; i < d; ++i) {
    for (std::int64_t j = 0; j < d; ++j) {
      for (std::int64_t r = 0; r < rank; ++r) {
        m[static_cast<std::size_t>(i * d + j)] += static_cast<double>(a(r, i)) * static_cast<double>(a(r, j));
      }
    }
  }
  return m;
}

Square diagonal(const std::vector<double>& values) {
  Square m(values.size() * values.size());
  for (std::size_t i = 0; i < values.size(); ++i) m[i * values.size() + i] = values[i];
  return m;
}

// The largest difference of an entry of L'L and M.
double factor_error(const Matrix& l, const Square& m) {
  const std::int64_t d = l.cols();
  double worst = 0;
  for (std::int64_t i = 0; i < d; ++i) {
    for (std::int64_t j = 0; j < d; ++j) {
      double sum = 0;
      for (std::int64_t r = 0; r < l.rows(); ++r)
        sum += static_cast<double>(l(r, i)) * static_cast<double>(l(r, j));
      worst = std::max(worst, std::abs(sum - m[static_cast<std::size_t>(i * d + j)]));
    }
  }
  return worst;
}

void check_refused(const Square& m, std::int64_t d, const std::string& why) {
  for (const bool through_distance : {false, true}) {
    try {
      if (through_distance)
        static_cast<void>(Distance(DistanceKind::mahalanobis, m, d));
      else
        static_cast<void>(mahalanobis_factor(m, d));
      FAIL_CHECK("not refused: " << why);
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::data);
      CHECK(std::string(error.what()).find(why) != std::string::npos);
    }
  }
}

}  // namespace

TEST_CASE("mahalanobis_factor: L'L = M, with as many rows as M has rank") {
  for (std::int64_t d = 1; d <= 24; ++d) {
    for (const std::int64_t rank : {std::int64_t{1}, (d + 1) / 2, d}) {
      const Square m = random_psd(d, rank, static_cast<std::uint64_t>(100 * d + rank));
      const Matrix l = mahalanobis_factor(m, d);
      INFO("d = ", d, " rank = ", rank);
      CHECK(l.rows() == rank);
      CHECK(l.cols() == d);
      CHECK(factor_error(l, m) < 1e-5 * static_cast<double>(d));
    }
  }
}

TEST_CASE("mahalanobis_factor: an eigenvalue of -1e-20 passes as 0") {
  const Square m = diagonal({2, 1, -1e-20});
  const Matrix l = mahalanobis_factor(m, 3);
  CHECK(l.rows() == 2);
  CHECK(factor_error(l, m) < 1e-6);
}

TEST_CASE("mahalanobis_factor: negative eigenvalues and asymmetric matrices are refused in words") {
  check_refused(diagonal({2, 1, -4}), 3, "eigenvalue -4");
  check_refused(diagonal({-4}), 1, "eigenvalue -4");
  check_refused(diagonal({-1, -2}), 2, "positive semi-definite");
  check_refused({0, 1, 1, 0}, 2, "positive semi-definite");
  check_refused({1, 2, 0, 1}, 2, "symmetric");
  check_refused({2, 1e-3, -1e-3, 2}, 2, "symmetric");
}

TEST_CASE("mahalanobis_factor: scale does not matter, zero is allowed") {
  for (const double scale : {1e-30, 1e-15, 1e-5, 1.0, 1e10, 1e30}) {
    Square m = random_psd(4, 3, 9);
    for (double& value : m) value *= scale;
    INFO("scale ", scale);
    const Matrix l = mahalanobis_factor(m, 4);
    CHECK(l.rows() == 3);
    CHECK(factor_error(l, m) < 1e-5 * scale);
  }
  const Distance nothing(DistanceKind::mahalanobis, Square(9), 3);
  const Matrix x = random_rows(2, 3, 1);
  CHECK(nothing.between(x.row(0), x.row(1), 3) == 0);
}

TEST_CASE("mahalanobis: both kinds equal the formula in double") {
  for (std::int64_t d = 1; d <= 60; ++d) {
    const Square m = random_psd(d, d + 5, 300 + static_cast<std::uint64_t>(d));
    const Distance root(DistanceKind::mahalanobis, m, d);
    const Distance squared(DistanceKind::sqmahalanobis, m, d);
    Matrix x = random_rows(4, d, 600 + static_cast<std::uint64_t>(d));
    x.append(Matrix(1, d));
    for (std::int64_t i = 0; i < x.rows(); ++i) {
      for (std::int64_t j = 0; j < x.rows(); ++j) {
        const double expected = naive_mahalanobis(m, in_double(x.row(i), d), in_double(x.row(j), d));
        INFO("d = ", d, " rows ", i, ",", j);
        CHECK(near(static_cast<double>(squared.between(x.row(i), x.row(j), d)), expected, 1e-5));
        CHECK(near(static_cast<double>(root.between(x.row(i), x.row(j), d)), std::sqrt(expected), 1e-5));
        CHECK(same_bits(root.between(x.row(i), x.row(j), d), root.between(x.row(j), x.row(i), d)));
      }
      CHECK(same_bits(root.between(x.row(i), x.row(i), d), 0.0F));
      CHECK(same_bits(squared.between(x.row(i), x.row(i), d), 0.0F));
    }
  }
}

TEST_CASE("mahalanobis: with M = I it is euclidean, also for very long and very short rows") {
  constexpr std::int64_t kDim = 9;
  const Square identity = diagonal(std::vector<double>(kDim, 1));
  const Distance mahalanobis(DistanceKind::mahalanobis, identity, kDim);
  for (const double scale : {1e-40, 1e-25, 1.0, 1e20, 1e30}) {
    const Matrix x = random_rows(2, kDim, 5, scale);
    const double expected =
        naive_distance(DistanceKind::euclidean, in_double(x.row(0), kDim), in_double(x.row(1), kDim));
    INFO("scale ", scale);
    CHECK(near(static_cast<double>(mahalanobis.between(x.row(0), x.row(1), kDim)), expected, 1e-5, 1e-43));
  }
}

TEST_CASE("mahalanobis: a singular M gives a pseudometric that keeps the triangle inequality") {
  constexpr std::int64_t kDim = 6;
  const Distance distance(DistanceKind::mahalanobis, random_psd(kDim, 2, 17), kDim);
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    const Matrix x = random_rows(3, kDim, 3000 + seed);
    const auto at = [&](int i, int j) {
      return static_cast<double>(distance.between(x.row(i), x.row(j), kDim));
    };
    CHECK(at(0, 2) <= (at(0, 1) + at(1, 2)) * (1 + 1e-5));
  }
}

TEST_CASE("mahalanobis: differences beyond the range of a float, under a matrix that brings them back") {
  const Distance distance(DistanceKind::mahalanobis, diagonal({0.01, 0.0001}), 2);
  const float x[] = {3e38F, -3e38F};
  const float y[] = {-3e38F, 3e38F};
  CHECK(near(static_cast<double>(distance.between(x, y, 2)), std::hypot(6e37, 6e36), 1e-6));
  CHECK(distance.between(x, x, 2) == 0);
  const Distance tenth(DistanceKind::mahalanobis, diagonal({0.01}), 1);
  CHECK(near(static_cast<double>(tenth.between(x, y, 1)), 6e37, 1e-6));
}

TEST_CASE("mahalanobis_factor: a matrix whose root is no float is refused") {
  check_refused(diagonal({1e80, 1}), 2, "leaves the range of 32-bit floats");
}
