#include "nearfar/io/matrix_writer.h"

#include <algorithm>
#include <cstring>

#include "nearfar/core/error.h"
#include "nearfar/io/idx.h"
#include "nearfar/io/npy_header.h"

namespace nearfar {
namespace {

std::string_view bytes_of(const float* values, std::int64_t count) {
  return {reinterpret_cast<const char*>(values), static_cast<std::size_t>(count) * sizeof(float)};
}

// A header that tells the shape, then the rows, the bytes of each value in either order.
class ShapedWriter final : public MatrixWriter {
 public:
  using HeaderOf = std::string (*)(std::int64_t rows, std::int64_t cols);

  ShapedWriter(Sink& sink, std::int64_t rows, std::int64_t cols, HeaderOf header_of, bool big_endian)
      : sink_(sink), expected_(rows), cols_(cols), header_of_(header_of), big_endian_(big_endian) {
    sink_.write(header_of_(std::max<std::int64_t>(rows, 0), cols));
  }

  void write(MatrixView block) override {
    for (std::int64_t i = 0; i < block.rows; ++i) write_row(bytes_of(block.row(i), cols_));
    rows_ += block.rows;
  }
  void finish() override {
    if (rows_ != expected_) sink_.overwrite(0, header_of_(rows_, cols_));
  }

 private:
  void write_row(std::string_view bytes) {
    if (!big_endian_) {
      sink_.write(bytes);
      return;
    }
    row_.assign(bytes);
    for (std::size_t at = 0; at < row_.size(); at += sizeof(float))
      std::reverse(row_.data() + at, row_.data() + at + sizeof(float));
    sink_.write(row_);
  }

  Sink& sink_;
  std::int64_t expected_;
  std::int64_t rows_ = 0;
  std::int64_t cols_;
  HeaderOf header_of_;
  bool big_endian_;
  std::string row_;
};

class FvecsWriter final : public MatrixWriter {
 public:
  FvecsWriter(Sink& sink, std::int64_t cols) : sink_(sink), cols_(cols) {}

  void write(MatrixView block) override {
    const auto length = static_cast<std::int32_t>(cols_);
    for (std::int64_t i = 0; i < block.rows; ++i) {
      sink_.write({reinterpret_cast<const char*>(&length), sizeof length});
      sink_.write(bytes_of(block.row(i), cols_));
    }
  }
  void finish() override {}

 private:
  Sink& sink_;
  std::int64_t cols_;
};

}  // namespace

std::unique_ptr<MatrixWriter> open_matrix_writer(Sink& sink, Format format, std::int64_t rows,
                                                 std::int64_t cols) {
  switch (format) {
    case Format::npy:
      return std::make_unique<ShapedWriter>(sink, rows, cols, npy_header, false);
    case Format::idx:
      return std::make_unique<ShapedWriter>(sink, rows, cols, idx_header, true);
    case Format::fvecs:
      return std::make_unique<FvecsWriter>(sink, cols);
    case Format::csv:
    case Format::tsv:
    case Format::jsonl:
    case Format::bvecs:
      break;
  }
  throw Error(ErrorKind::internal, "no matrix is written as " + std::string(format_info(format).name));
}

}  // namespace nearfar
