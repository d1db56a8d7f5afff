#pragma once

#include <memory>

#include "nearfar/io/record.h"
#include "nearfar/io/source.h"

namespace nearfar {

/// One label a line, as it stands, as a table of one column, "label".
[[nodiscard]] std::unique_ptr<RecordReader> open_plain_labels(std::unique_ptr<Source> source);

}  // namespace nearfar
