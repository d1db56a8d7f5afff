#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "nearfar/core/matrix.h"
#include "nearfar/io/element.h"
#include "nearfar/io/matrix_reader.h"
#include "nearfar/io/source.h"

namespace nearfar {

/// A row of more values than this is taken for a mistake in the header.
inline constexpr std::int64_t kMostColumns = std::int64_t{1} << 24U;

/// The shape of an array as a matrix: the first size, and the product of the others.
struct FlatShape {
  std::int64_t rows = 0;
  std::int64_t cols = 1;
  std::vector<std::int64_t> row_sizes = {};  ///< those others, where they are several
};
/// Throws Error (data) for sizes that make no matrix a file could hold; `what` is for messages: ".npy file".
[[nodiscard]] FlatShape flat_shape(const std::vector<std::int64_t>& sizes, const std::string& what,
                                   const std::string& file);

/// Refuses (data) a value that is no finite float; `row` and `col` count from 0.
[[noreturn]] void refuse_value(const std::string& fault, std::int64_t row, std::int64_t col,
                               const std::string& file);

/// A matrix whose numbers stand one after the other, with nothing between them.
struct RawLayout {
  ElementType element;
  FlatShape shape;
  /// The sizes of an array in Fortran order, whose first index runs fastest, so that the matrix stands column
  /// by column. Empty: row by row.
  std::vector<std::int64_t> fortran_sizes;
};

/// Reads such a matrix to the end of its source, in blocks. Numbers that stand row by row stream through
/// 256 KB; those that stand column by column are held from the first read() on, as they are stored.
class RawRows {
 public:
  /// Throws Error (data) if a regular file is not exactly as long as the layout says.
  RawRows(Source& source, std::string what, RawLayout layout);

  [[nodiscard]] const FlatShape& shape() const { return layout_.shape; }
  [[nodiscard]] bool is_bytes() const { return layout_.element.is_byte(); }
  /// As MatrixReader::read().
  std::int64_t read(Matrix& block, std::int64_t count);
  /// The next up to 256 KB of rows, as they are stored, of a matrix that stands row by row; `count` says how
  /// many are wanted, and then how many there are.
  [[nodiscard]] const unsigned char* read_stored(std::int64_t& count);

 private:
  [[noreturn]] void refuse(const std::string& why) const;
  void check_values(const unsigned char* stored, float* values, std::int64_t count) const;
  void store(std::size_t size);
  void read_in_place(float* rows, std::size_t size);
  std::size_t read_some(unsigned char* to, std::size_t size, std::size_t behind);
  void stream_rows(Matrix& block, std::int64_t count);
  void gather_rows(Matrix& block, std::int64_t count);
  void check_end();

  Source& source_;
  std::string what_;
  RawLayout layout_;
  std::int64_t row_bytes_;
  std::int64_t done_ = 0;
  bool sized_ = false;  // the size of the file is known, and right
  bool ended_ = false;
  std::vector<unsigned char> stored_;      // a block of rows; in Fortran order the whole matrix
  std::vector<std::int64_t> column_runs_;  // in Fortran order: column c is the column_runs_[c]-th in the file
};

/// A file of such a matrix behind its header.
class RawMatrixReader final : public MatrixReader {
 public:
  /// Takes the source where the numbers begin. Throws as RawRows does.
  RawMatrixReader(std::unique_ptr<Source> source, std::string what, RawLayout layout)
      : source_(std::move(source)), rows_(*source_, std::move(what), std::move(layout)) {}

  [[nodiscard]] const std::string& name() const override { return source_->name(); }
  [[nodiscard]] std::int64_t rows() const override { return rows_.shape().rows; }
  [[nodiscard]] std::int64_t cols() const override { return rows_.shape().cols; }
  [[nodiscard]] bool is_bytes() const override { return rows_.is_bytes(); }
  [[nodiscard]] std::vector<std::int64_t> row_sizes() const override { return rows_.shape().row_sizes; }
  std::int64_t read(Matrix& block, std::int64_t count) override { return rows_.read(block, count); }

 private:
  std::unique_ptr<Source> source_;
  RawRows rows_;
};

}  // namespace nearfar
