#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "nearfar/core/export.h"
#include "nearfar/core/matrix.h"
#include "nearfar/io/sink.h"
#include "nearfar/io/source.h"

namespace nearfar {

/// A stream of rows of numbers without names, of known shape.
class NEARFAR_EXPORT MatrixReader {
 public:
  virtual ~MatrixReader() = default;
  [[nodiscard]] virtual const std::string& name() const = 0;
  [[nodiscard]] virtual std::int64_t rows() const = 0;
  [[nodiscard]] virtual std::int64_t cols() const = 0;
  /// Whether the values are stored as unsigned bytes (images).
  [[nodiscard]] virtual bool is_bytes() const = 0;
  /// Appends up to `count` further rows to `block`; returns how many. Throws Error (data) at a NaN, an
  /// infinity, a value beyond float range, or when the data end too early or go on too long.
  virtual std::int64_t read(Matrix& block, std::int64_t count) = 0;
};

/// NumPy's .npy, versions 1-3, bool, integer and float types of either byte order, C order, 1-d (one column)
/// to 4-d (rows x the rest, flattened). Source: NumPy Enhancement Proposal 1.
[[nodiscard]] NEARFAR_EXPORT std::unique_ptr<MatrixReader> open_npy(std::unique_ptr<Source> source);

/// Writes a float32 matrix as .npy, row block by row block.
class NEARFAR_EXPORT NpyWriter {
 public:
  /// `rows` < 0: not known yet; finish() fills it in, which needs a seekable sink.
  NpyWriter(Sink& sink, std::int64_t rows, std::int64_t cols);
  void write(MatrixView block);
  void finish();

 private:
  Sink& sink_;
  std::int64_t expected_;
  std::int64_t rows_ = 0;
  std::int64_t cols_;
};

}  // namespace nearfar
