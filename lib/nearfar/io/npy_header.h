#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "nearfar/io/element.h"
#include "nearfar/io/source.h"

namespace nearfar {

/// What stands before the numbers of a .npy file.
struct NpyHeader {
  ElementType element;
  bool fortran_order = false;       ///< the first index runs fastest
  std::vector<std::int64_t> sizes;  ///< one a dimension
};

/// Reads the header of version 1, 2 or 3: magic bytes, version, length, and a Python dictionary
/// {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), } of which nothing is evaluated. Throws Error
/// (data) for anything else, for named fields and Python objects. Source: NumPy Enhancement Proposal 1.
[[nodiscard]] NpyHeader read_npy_header(Source& source);

/// A version 1 header for float32 in C order, always 128 bytes long, so that the number of rows can be filled
/// in afterwards.
[[nodiscard]] std::string npy_header(std::int64_t rows, std::int64_t cols);

}  // namespace nearfar
