#include "nearfar/io/npy_reader.h"

#include "nearfar/io/npy_header.h"
#include "nearfar/io/raw_rows.h"

namespace nearfar {
namespace {

// In Fortran order element (i, j, k, l) stands at i + rows (j + J (k + K l)); as a row of the flattened
// matrix it is in column (j K + k) L + l. The first says which run of `rows` numbers the second is.
std::vector<std::int64_t> fortran_runs(const std::vector<std::int64_t>& sizes, std::int64_t cols) {
  std::vector<std::int64_t> runs(static_cast<std::size_t>(cols));
  for (std::int64_t c = 0; c < cols; ++c) {
    std::int64_t rest = c;
    std::int64_t run = 0;
    for (std::size_t axis = sizes.size() - 1; axis >= 1; --axis) {
      std::int64_t stride = 1;  // of this axis, in runs
      for (std::size_t before = 1; before < axis; ++before) stride *= sizes[before];
      run += rest % sizes[axis] * stride;
      rest /= sizes[axis];
    }
    runs[static_cast<std::size_t>(c)] = run;
  }
  return runs;
}

RawLayout layout_of(const NpyHeader& header, const std::string& file) {
  RawLayout layout{header.element, flat_shape(header.sizes, ".npy file", file), {}};
  if (header.fortran_order && layout.shape.cols > 1)
    layout.column_runs = fortran_runs(header.sizes, layout.shape.cols);
  return layout;
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
