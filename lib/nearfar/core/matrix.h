#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "nearfar/core/export.h"

namespace nearfar {

/// Read-only rows of float32. Row i starts at data + i * stride; the viewer does not own them.
struct MatrixView {
  const float* data = nullptr;
  std::int64_t rows = 0;
  std::int64_t cols = 0;
  std::int64_t stride = 0;

  [[nodiscard]] const float* row(std::int64_t i) const { return data + i * stride; }
  /// Rows [begin, end).
  [[nodiscard]] MatrixView slice(std::int64_t begin, std::int64_t end) const {
    return {data + begin * stride, end - begin, cols, stride};
  }
};

/// Row-major float32 matrix, 64-byte aligned, allocated and freed inside the library; stride == cols.
/// A new matrix is zero. Throws Error (io: out of memory, data: size overflow).
class NEARFAR_EXPORT Matrix {
 public:
  Matrix() = default;
  Matrix(std::int64_t rows, std::int64_t cols);
  Matrix(const Matrix& other);
  Matrix(Matrix&&) noexcept = default;
  Matrix& operator=(const Matrix& other);
  Matrix& operator=(Matrix&&) noexcept = default;
  ~Matrix() = default;

  [[nodiscard]] static Matrix copy_of(MatrixView view);

  [[nodiscard]] std::int64_t rows() const { return rows_; }
  [[nodiscard]] std::int64_t cols() const { return cols_; }
  [[nodiscard]] std::int64_t size() const { return rows_ * cols_; }
  [[nodiscard]] bool empty() const { return size() == 0; }
  [[nodiscard]] float* data() { return data_.get(); }
  [[nodiscard]] const float* data() const { return data_.get(); }
  [[nodiscard]] float* row(std::int64_t i) { return data_.get() + i * cols_; }
  [[nodiscard]] const float* row(std::int64_t i) const { return data_.get() + i * cols_; }
  float& operator()(std::int64_t i, std::int64_t j) { return row(i)[j]; }
  float operator()(std::int64_t i, std::int64_t j) const { return row(i)[j]; }

  operator MatrixView() const {
    return {data(), rows_, cols_, cols_};
  }  // NOLINT(google-explicit-constructor)
  [[nodiscard]] MatrixView view() const { return *this; }

  /// Appends rows with amortised constant cost; the view must have cols() columns (any number if this is
  /// empty).
  void append(MatrixView more);
  /// Adds rows whose values are not set, with amortised constant cost; returns the first of them. `cols` must
  /// be cols() (any number if this is empty).
  [[nodiscard]] float* extend(std::int64_t rows, std::int64_t cols);
  /// Takes memory for `rows` rows of `cols` now.
  void reserve(std::int64_t rows, std::int64_t cols);
  /// Makes this rows x cols in the memory it has, if that is enough; the values are not set.
  void reshape(std::int64_t rows, std::int64_t cols);
  /// Keeps the first `rows` rows (rows <= rows()); memory is not given back.
  void truncate(std::int64_t rows) { rows_ = rows; }

 private:
  struct Free {
    NEARFAR_EXPORT void operator()(float* p) const;
  };
  /// Memory for at least that many floats; gives back the old one, if it was another.
  std::unique_ptr<float[], Free> grow(std::int64_t floats);

  std::unique_ptr<float[], Free> data_;
  std::int64_t rows_ = 0;
  std::int64_t cols_ = 0;
  std::int64_t capacity_ = 0;  // in floats
};

}  // namespace nearfar
