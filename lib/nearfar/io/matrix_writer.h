#pragma once

#include <cstdint>
#include <memory>

#include "nearfar/core/export.h"
#include "nearfar/core/matrix.h"
#include "nearfar/io/format.h"
#include "nearfar/io/sink.h"

namespace nearfar {

/// Writes a float32 matrix, row block by row block.
class NEARFAR_EXPORT MatrixWriter {
 public:
  virtual ~MatrixWriter() = default;
  virtual void write(MatrixView block) = 0;
  virtual void finish() = 0;
};

/// Formats npy, idx and fvecs; the header is written at once. `rows` < 0: not known yet; finish() fills it
/// in, which needs a seekable sink, except for fvecs, whose header does not say it.
[[nodiscard]] NEARFAR_EXPORT std::unique_ptr<MatrixWriter> open_matrix_writer(Sink& sink, Format format,
                                                                              std::int64_t rows,
                                                                              std::int64_t cols);

}  // namespace nearfar
