#pragma once

#include <vector>

#include "nearfar/io/record.h"

namespace nearfar {

/// Reads the fields of `columns` of a record that was split as numbers into `values`. Throws Error (data),
/// with the place, for one that is no finite float.
void read_features(const RecordReader& reader, const Record& record, const std::vector<std::size_t>& columns,
                   float* values);

}  // namespace nearfar
