#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/core/matrix.h"
#include "nearfar/io/format.h"
#include "nearfar/io/sink.h"

namespace nearfar {

/// Writes rows of text columns followed by a vector: columns e1..eR in CSV, TSV; a "vector" array in JSON
/// Lines; the vectors alone in the matrix formats.
class NEARFAR_EXPORT TableWriter {
 public:
  virtual ~TableWriter() = default;
  /// One text per row of `vectors` in each column.
  virtual void write(const std::vector<const std::vector<std::string>*>& columns, MatrixView vectors) = 0;
  virtual void finish() = 0;
};

struct TableLayout {
  Format format = Format::csv;
  char delimiter = ',';
  std::vector<std::string> text_columns;
  std::int64_t dims = 0;
  std::int64_t rows =
      -1;  ///< -1: not known yet. An npy or idx on a pipe is then held in memory until finish()
};

/// Writes the header at once.
[[nodiscard]] NEARFAR_EXPORT std::unique_ptr<TableWriter> open_table_writer(Sink& sink,
                                                                            const TableLayout& layout);

}  // namespace nearfar
