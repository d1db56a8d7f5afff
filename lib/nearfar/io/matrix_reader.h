#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/core/matrix.h"

namespace nearfar {

/// A stream of rows of numbers without names: npy, idx, fvecs, bvecs. What a file declares about its size is
/// checked before anything is allocated from it: against the size of a regular file when it is opened,
/// against what arrives, in blocks, from a pipe.
class NEARFAR_EXPORT MatrixReader {
 public:
  virtual ~MatrixReader() = default;
  [[nodiscard]] virtual const std::string& name() const = 0;
  /// Rows in the file; -1 when that is known at its end only (fvecs from a pipe).
  [[nodiscard]] virtual std::int64_t rows() const = 0;
  [[nodiscard]] virtual std::int64_t cols() const = 0;
  /// Whether the values are stored as unsigned bytes (images).
  [[nodiscard]] virtual bool is_bytes() const = 0;
  /// The sizes of one row where it has several: height, width, channels of an image; else empty.
  [[nodiscard]] virtual std::vector<std::int64_t> row_sizes() const { return {}; }
  /// Appends up to `count` further rows to `block`; returns how many, 0 at the end. Throws Error (data) at a
  /// NaN, an infinity, a value beyond float range, or when the data end too early or go on too long.
  virtual std::int64_t read(Matrix& block, std::int64_t count) = 0;
};

}  // namespace nearfar
