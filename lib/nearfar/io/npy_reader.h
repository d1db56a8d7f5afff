#pragma once

#include <memory>

#include "nearfar/io/matrix_reader.h"
#include "nearfar/io/source.h"

namespace nearfar {

/// NumPy's .npy, versions 1-3, all float, integer and bool types up to 8 bytes, of either byte order, 1-d
/// (one column) to 4-d (rows x the rest, flattened with the last index fastest, as x.reshape(len(x), -1)
/// does). C order streams; Fortran order is held whole, as it is stored.
[[nodiscard]] std::unique_ptr<MatrixReader> open_npy(std::unique_ptr<Source> source);

}  // namespace nearfar
