#pragma once

#include "nearfar/io/source.h"

namespace nearfar {

/// Throws Error (data) when a file that is to be read as text begins like one of another kind: a zip archive
/// (as spreadsheets are), Parquet, an image, a nearfar model, a JSON array ... Looks at the first bytes
/// without taking them.
void refuse_foreign_file(Source& source);

}  // namespace nearfar
