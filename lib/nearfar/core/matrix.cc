#include "nearfar/core/matrix.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <limits>

#include "nearfar/core/error.h"

namespace nearfar {
namespace {

float* allocate(std::int64_t floats) {
  const std::size_t bytes = (static_cast<std::size_t>(floats) * sizeof(float) + 63) / 64 * 64;
  void* p = std::aligned_alloc(64, std::max<std::size_t>(bytes, 64));
  if (p == nullptr) {
    throw Error(ErrorKind::io, "out of memory: a matrix of " + std::to_string(bytes) + " bytes does not fit",
                {}, "give it fewer rows or columns, or more memory: ulimit -v shows a limit");
  }
  return static_cast<float*>(p);
}

std::int64_t checked_size(std::int64_t rows, std::int64_t cols) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max() / 64;
  if (rows < 0 || cols < 0 || (cols > 0 && rows > kMost / cols)) {
    data_error("a matrix of " + std::to_string(rows) + " x " + std::to_string(cols) + " is too large", {},
               "give it fewer rows or columns");
  }
  return rows * cols;
}

}  // namespace

void Matrix::Free::operator()(float* p) const { std::free(p); }

Matrix::Matrix(std::int64_t rows, std::int64_t cols)
    : rows_(rows), cols_(cols), capacity_(checked_size(rows, cols)) {
  if (capacity_ == 0) return;
  data_.reset(allocate(capacity_));
  std::memset(data_.get(), 0, static_cast<std::size_t>(capacity_) * sizeof(float));
}

Matrix::Matrix(const Matrix& other) : Matrix(copy_of(other)) {}

Matrix& Matrix::operator=(const Matrix& other) {
  if (this != &other) *this = copy_of(other);
  return *this;
}

Matrix Matrix::copy_of(MatrixView view) {
  Matrix copy(view.rows, view.cols);
  for (std::int64_t i = 0; i < view.rows; ++i) std::copy_n(view.row(i), view.cols, copy.row(i));
  return copy;
}

void Matrix::append(MatrixView more) {
  if (rows_ == 0) cols_ = more.cols;
  if (more.cols != cols_) throw Error(ErrorKind::internal, "append: rows of another width");
  // The old memory lives on while `more` may be rows of this matrix.
  const std::unique_ptr<float[], Free> old = grow(checked_size(rows_ + more.rows, cols_));
  for (std::int64_t i = 0; i < more.rows; ++i) std::copy_n(more.row(i), cols_, row(rows_ + i));
  rows_ += more.rows;
}

float* Matrix::extend(std::int64_t rows, std::int64_t cols) {
  if (rows_ == 0) cols_ = cols;
  if (cols != cols_) throw Error(ErrorKind::internal, "extend: rows of another width");
  grow(checked_size(rows_ + rows, cols_));
  rows_ += rows;
  return row(rows_ - rows);
}

void Matrix::reshape(std::int64_t rows, std::int64_t cols) {
  rows_ = 0;  // nothing to keep when memory is taken
  (void)extend(rows, cols);
}

void Matrix::reserve(std::int64_t rows, std::int64_t cols) {
  if (rows_ == 0) cols_ = cols;
  const std::int64_t floats = checked_size(rows, cols);
  if (floats > capacity_) grow(floats);
}

std::unique_ptr<float[], Matrix::Free> Matrix::grow(std::int64_t floats) {
  if (floats <= capacity_) return nullptr;
  const std::int64_t capacity = std::max(floats, capacity_ + capacity_ / 2);
  std::unique_ptr<float[], Free> grown(allocate(capacity));
  if (data_) std::copy_n(data_.get(), size(), grown.get());
  std::swap(data_, grown);
  capacity_ = capacity;
  return grown;
}

}  // namespace nearfar
