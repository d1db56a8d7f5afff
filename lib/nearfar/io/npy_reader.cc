#include "nearfar/io/npy_reader.h"

#include "nearfar/io/npy_header.h"
#include "nearfar/io/raw_rows.h"

namespace nearfar {
namespace {

RawLayout layout_of(const NpyHeader& header, const std::string& file) {
  const bool by_columns = header.fortran_order && header.sizes.size() > 1;
  return {header.element, flat_shape(header.sizes, ".npy file", file),
          by_columns ? header.sizes : std::vector<std::int64_t>()};
}

class NpyReader final : public MatrixReader {
 public:
  explicit NpyReader(std::unique_ptr<Source> source)
      : source_(std::move(source)),
        rows_(*source_, ".npy file", layout_of(read_npy_header(*source_), source_->name())) {}

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

}  // namespace

std::unique_ptr<MatrixReader> open_npy(std::unique_ptr<Source> source) {
  return std::make_unique<NpyReader>(std::move(source));
}

}  // namespace nearfar
