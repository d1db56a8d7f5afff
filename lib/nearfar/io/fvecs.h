#pragma once

#include <memory>

#include "nearfar/io/element.h"
#include "nearfar/io/matrix_reader.h"
#include "nearfar/io/source.h"

namespace nearfar {

/// The .fvecs (float32) and .bvecs (unsigned byte) files of the TEXMEX data sets: each row is its length as a
/// little-endian 32-bit number, then its values. All rows have the length of the first. Source:
/// corpus-texmex.irisa.fr.
[[nodiscard]] std::unique_ptr<MatrixReader> open_fvecs(std::unique_ptr<Source> source,
                                                       const ElementType& element);

}  // namespace nearfar
