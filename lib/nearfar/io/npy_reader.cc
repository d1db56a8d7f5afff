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

}  // namespace

std::unique_ptr<MatrixReader> open_npy(std::unique_ptr<Source> source) {
  RawLayout layout = layout_of(read_npy_header(*source), source->name());
  return std::make_unique<RawMatrixReader>(std::move(source), ".npy file", std::move(layout));
}

}  // namespace nearfar
