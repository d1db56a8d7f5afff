#include "nearfar/core/matrix.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>

#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

Matrix counted(std::int64_t rows, std::int64_t cols, float first = 0) {
  Matrix matrix(rows, cols);
  for (std::int64_t i = 0; i < matrix.size(); ++i) matrix.data()[i] = first + static_cast<float>(i);
  return matrix;
}

bool equal(MatrixView a, MatrixView b) {
  if (a.rows != b.rows || a.cols != b.cols) return false;
  for (std::int64_t i = 0; i < a.rows; ++i) {
    for (std::int64_t j = 0; j < a.cols; ++j) {
      if (a.row(i)[j] != b.row(i)[j]) return false;
    }
  }
  return true;
}

}  // namespace

TEST_CASE("a new matrix is zero and aligned to 64 bytes") {
  for (const std::int64_t cols : {1, 7, 16, 33}) {
    const Matrix matrix(5, cols);
    CHECK(matrix.size() == 5 * cols);
    CHECK(reinterpret_cast<std::uintptr_t>(matrix.data()) % 64 == 0);
    for (std::int64_t i = 0; i < matrix.size(); ++i) CHECK(matrix.data()[i] == 0);
  }
  CHECK(Matrix().empty());
  CHECK(Matrix(0, 3).empty());
  CHECK(Matrix(3, 0).empty());
}

TEST_CASE("rows, elements and slices name the same numbers") {
  const Matrix matrix = counted(4, 3);
  CHECK(matrix(2, 1) == 7);
  CHECK(matrix.row(2)[1] == 7);
  const MatrixView middle = matrix.view().slice(1, 3);
  CHECK(middle.rows == 2);
  CHECK(middle.row(1)[1] == 7);
  const MatrixView column{matrix.data() + 1, 4, 1, 3};  // a stride wider than the row
  CHECK(equal(Matrix::copy_of(column), [] {
    Matrix expected(4, 1);
    for (std::int64_t i = 0; i < 4; ++i) expected(i, 0) = static_cast<float>(3 * i + 1);
    return expected;
  }()));
}

TEST_CASE("a copy is independent, a move keeps the memory") {
  Matrix first = counted(2, 2);
  Matrix copy = first;
  copy(0, 0) = 99;
  CHECK(first(0, 0) == 0);
  Matrix assigned;
  assigned = first;
  CHECK(equal(assigned, first));
  assigned = *&assigned;
  CHECK(equal(assigned, first));
  const float* memory = first.data();
  const Matrix moved = std::move(first);
  CHECK(moved.data() == memory);
  CHECK(moved(1, 1) == 3);
}

TEST_CASE("append adds rows of any stride, to an empty matrix of any width") {
  Matrix matrix;
  for (int i = 0; i < 500; ++i) matrix.append(counted(1, 3, static_cast<float>(3 * i)));
  CHECK(equal(matrix, counted(500, 3)));
  const Matrix wide = counted(2, 10);
  matrix.append({wide.data(), 2, 3, 10});
  CHECK(matrix.rows() == 502);
  CHECK(matrix(501, 2) == 12);
  matrix.append(matrix.view().slice(500, 502));  // its own rows
  matrix.append(Matrix::copy_of(matrix));
  CHECK(matrix.rows() == 1008);
  CHECK(matrix(503, 2) == 12);
  CHECK(matrix(1007, 2) == 12);
  Matrix whole = counted(3, 2);
  whole.append(whole);
  CHECK(whole.rows() == 6);
  CHECK(whole(5, 1) == 5);
  CHECK_THROWS_AS(matrix.append(Matrix(1, 2)), Error);
  matrix.truncate(0);
  matrix.append(counted(2, 5));
  CHECK(equal(matrix, counted(2, 5)));
}

TEST_CASE("truncate keeps the first rows") {
  Matrix matrix = counted(5, 2);
  matrix.truncate(2);
  CHECK(equal(matrix, counted(2, 2)));
  matrix.append(counted(1, 2, 4));
  CHECK(equal(matrix, counted(3, 2)));
}

TEST_CASE("sizes that overflow are refused") {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  CHECK(kind_of([] { const Matrix matrix(kMost, 2); }) == kData);
  CHECK(kind_of([] { const Matrix matrix(kMost / 4, 4); }) == kData);
  CHECK(kind_of([] { const Matrix matrix(-1, 4); }) == kData);
  CHECK(kind_of([] { const Matrix matrix(4, -1); }) == kData);
}
