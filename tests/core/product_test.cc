#include "nearfar/core/product.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>

#include "nearfar/core/parallel.h"
#include "nearfar/core/random.h"
#include "random_rows.h"

using namespace nearfar;

namespace {

constexpr std::int64_t kInner[] = {1, 7, 48, 64, 300, 784, 2000};
// Around the register blocks (8 x 32 at the most), the tiles (256 x 768), and nothing in particular.
constexpr std::int64_t kCounts[] = {1,  2,  3,  4,  5,  7,  8,   9,   11,  31,  32,
                                    33, 47, 48, 49, 95, 97, 255, 256, 257, 299, 300};

Matrix random_matrix(std::int64_t rows, std::int64_t cols, std::uint64_t seed) {
  Random random(seed);
  Matrix matrix(rows, cols);
  for (std::int64_t i = 0; i < matrix.size(); ++i) matrix.data()[i] = static_cast<float>(random.normal());
  return matrix;
}

// Rounding of a float sum of `terms` products of size about 1: well under terms * 2^-24 of the sum of
// magnitudes.
void check_product(const Matrix& c, MatrixView a, MatrixView b) {
  REQUIRE(c.rows() == a.rows);
  REQUIRE(c.cols() == b.rows);
  for (std::int64_t i = 0; i < a.rows; ++i) {
    for (std::int64_t j = 0; j < b.rows; ++j) {
      double sum = 0;
      double size = 0;
      for (std::int64_t k = 0; k < a.cols; ++k) {
        const double term = static_cast<double>(a.row(i)[k]) * static_cast<double>(b.row(j)[k]);
        sum += term;
        size += std::abs(term);
      }
      if (!(std::abs(static_cast<double>(c(i, j)) - sum) <= 1e-6 * size))
        FAIL_CHECK(i << " " << j << " " << c(i, j) << " " << sum);
    }
  }
}

bool same_block(const Matrix& whole, std::int64_t row, std::int64_t column, const Matrix& part) {
  for (std::int64_t i = 0; i < part.rows(); ++i) {
    if (std::memcmp(whole.row(row + i) + column, part.row(i),
                    static_cast<std::size_t>(part.cols()) * sizeof(float)) != 0) {
      return false;
    }
  }
  return true;
}

Matrix naive_transposed(MatrixView a) {
  Matrix t(a.cols, a.rows);
  for (std::int64_t i = 0; i < a.rows; ++i) {
    for (std::int64_t j = 0; j < a.cols; ++j) t(j, i) = a.row(i)[j];
  }
  return t;
}

}  // namespace

TEST_CASE("A B' agrees with a naive sum in double") {
  for (const std::int64_t d : kInner) {
    CAPTURE(d);
    const Matrix a = random_matrix(29, d, 1);
    const Matrix b = random_matrix(53, d, 2);
    check_product(multiply_abt(a, b), a, b);
  }
  const Matrix a = random_matrix(261, 5, 3);
  const Matrix b = random_matrix(775, 5, 4);
  check_product(multiply_abt(a, b), a, b);
}

TEST_CASE("the other products agree with it on transposed operands") {
  const Matrix a = random_matrix(37, 19, 5);
  const Matrix b = random_matrix(37, 23, 6);
  check_product(multiply_atb(a, b), naive_transposed(a), naive_transposed(b));
  const Matrix c = random_matrix(19, 31, 7);
  check_product(multiply_ab(a, c), a, naive_transposed(c));
  CHECK(same_block(naive_transposed(a), 0, 0, transposed(a)));
}

TEST_CASE("the bits of an element do not depend on how many other rows are in the call") {
  set_threads(1);
  for (const std::int64_t d : kInner) {
    const Matrix a = random_matrix(300, d, 8);
    const Matrix b = random_matrix(300, d, 9);
    const Matrix whole = multiply_abt(a, b);
    Random random(static_cast<std::uint64_t>(d));
    for (const std::int64_t n : kCounts) {
      for (const std::int64_t m : {std::int64_t{1}, n, static_cast<std::int64_t>(1 + random.below(300))}) {
        const auto row = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(301 - n)));
        const auto column = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(301 - m)));
        const Matrix part = multiply_abt(a.view().slice(row, row + n), b.view().slice(column, column + m));
        if (!same_block(whole, row, column, part))
          FAIL_CHECK("d " << d << ": " << n << " x " << m << " at " << row << ", " << column);
      }
    }
  }
}

TEST_CASE("A B' and B A' have the same bits") {
  for (const std::int64_t d : kInner) {
    const Matrix a = random_matrix(45, d, 8);
    const Matrix b = random_matrix(77, d, 9);
    CHECK(same_block(naive_transposed(multiply_abt(b, a)), 0, 0, multiply_abt(a, b)));
  }
}

TEST_CASE("several tiles and one give the same bits") {
  const Matrix a = random_matrix(600, 33, 10);
  const Matrix b = random_matrix(1700, 33, 11);
  const Matrix whole = multiply_abt(a, b);
  CHECK(same_block(whole, 255, 767, multiply_abt(a.view().slice(255, 259), b.view().slice(767, 770))));
  CHECK(same_block(whole, 500, 1000, multiply_abt(a.view().slice(500, 600), b.view().slice(1000, 1700))));
}

TEST_CASE("the number of threads does not change a bit") {
  for (const std::int64_t d : kInner) {
    const Matrix a = random_matrix(530, d, 12);
    const Matrix b = random_matrix(130, d, 13);
    set_threads(1);
    const Matrix one = multiply_abt(a, b);
    for (const int count : {2, 3}) {
      set_threads(count);
      CHECK(same_block(one, 0, 0, multiply_abt(a, b)));
    }
  }
  set_threads(0);
}

TEST_CASE("views with a wide stride and a target with a stride work") {
  const Matrix wide_a = random_matrix(10, 40, 14);
  const Matrix wide_b = random_matrix(60, 50, 15);
  const MatrixView a{wide_a.data() + 3, 10, 20, 40};
  const MatrixView b{wide_b.data() + 1, 60, 20, 50};
  const Matrix expected = multiply_abt(Matrix::copy_of(a), Matrix::copy_of(b));
  Matrix target(10, 70);
  for (std::int64_t i = 0; i < target.size(); ++i) target.data()[i] = -7;
  multiply_abt(a, b, target.data() + 5, 70);
  for (std::int64_t i = 0; i < 10; ++i) {
    for (std::int64_t j = 0; j < 70; ++j) {
      const float wanted = j < 5 || j >= 65 ? -7 : expected(i, j - 5);
      if (target(i, j) != wanted) FAIL_CHECK(i << " " << j);
    }
  }
}

TEST_CASE("empty operands give empty or zero results") {
  CHECK(multiply_abt(Matrix(0, 3), Matrix(4, 3)).empty());
  CHECK(multiply_abt(Matrix(3, 4), Matrix(0, 4)).empty());
  Matrix c(2, 2);
  c(1, 1) = 5;
  multiply_abt(Matrix(2, 0), Matrix(2, 0), c.data(), 2);
  CHECK(c(1, 1) == 0);
}

TEST_CASE("the scatter matrix agrees with a naive sum and is symmetric") {
  for (const std::int64_t rows : {1, 5, 2048, 2049, 4500}) {
    constexpr std::int64_t kDims = 13;
    const Matrix x = random_matrix(rows, kDims, 16);
    std::vector<double> shift;
    for (std::int64_t j = 0; j < kDims; ++j) shift.push_back(0.1 * static_cast<double>(j));
    const std::vector<double> scatter = scatter_matrix(x, shift);
    REQUIRE(scatter.size() == kDims * kDims);
    for (std::size_t i = 0; i < kDims; ++i) {
      for (std::size_t j = 0; j < kDims; ++j) {
        double sum = 0;
        for (std::int64_t r = 0; r < rows; ++r) {
          sum +=
              (static_cast<double>(x.row(r)[i]) - shift[i]) * (static_cast<double>(x.row(r)[j]) - shift[j]);
        }
        CHECK(scatter[i * kDims + j] == doctest::Approx(sum).epsilon(1e-10).scale(static_cast<double>(rows)));
        CHECK(scatter[i * kDims + j] == scatter[j * kDims + i]);
      }
    }
  }
}

using namespace nearfar::testing;

TEST_CASE("products in double: images of rows, and sums over rows") {
  for (const std::int64_t n : {1, 3, 1024, 1025, 9000}) {
    for (const auto& [d, r] : {std::pair<std::int64_t, std::int64_t>{1, 1}, {5, 3}, {24, 30}, {40, 7}}) {
      const Matrix x = random_rows(n, d, static_cast<std::uint64_t>(n + d));
      Random random(static_cast<std::uint64_t>(r));
      std::vector<double> l(static_cast<std::size_t>(r * d));
      for (double& value : l) value = random.normal();
      const std::vector<double> z = multiply_xlt(x, l, r);
      REQUIRE(z.size() == static_cast<std::size_t>(n * r));
      std::vector<double> product(l.size());
      for (std::int64_t i = 0; i < n; ++i) {
        for (std::int64_t c = 0; c < r; ++c) {
          double image = 0;
          const double own = z[static_cast<std::size_t>(i * r + c)];
          for (std::int64_t j = 0; j < d; ++j) {
            const auto value = static_cast<double>(x(i, j));
            image += l[static_cast<std::size_t>(c * d + j)] * value;
            product[static_cast<std::size_t>(c * d + j)] += own * value;
          }
          if (!near(own, image, 1e-12, 1e-13)) FAIL("image of row " << i);
        }
      }
      const std::vector<double> sums = multiply_atx(z, r, x);
      for (std::size_t i = 0; i < l.size(); ++i) CHECK(near(sums[i], product[i], 1e-10, 1e-9));
      for (const int count : {1, 2, 3}) {
        const Threads threads(count);
        CHECK(multiply_xlt(x, l, r) == z);
        CHECK(multiply_atx(z, r, x) == sums);
      }
    }
  }
}
