#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "nearfar/io/matrix_reader.h"
#include "nearfar/io/record.h"
#include "nearfar/io/source.h"

namespace nearfar {

/// The idx files of MNIST: two zero bytes, a type code, the number of dimensions, their sizes as big-endian
/// 32-bit numbers, the values, big-endian. All six types, 1-d to 4-d, rows flattened. Source: Y. LeCun,
/// C. Cortes, C. Burges, "The MNIST database of handwritten digits".
[[nodiscard]] std::unique_ptr<MatrixReader> open_idx(std::unique_ptr<Source> source);

/// A 1-d idx file of whole numbers as a table of one column, "label".
[[nodiscard]] std::unique_ptr<RecordReader> open_idx_labels(std::unique_ptr<Source> source);

/// The header of a float32 matrix, 12 bytes long. Throws Error (data) for more rows than it can say.
[[nodiscard]] std::string idx_header(std::int64_t rows, std::int64_t cols);

}  // namespace nearfar
