#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/data/labels.h"
#include "nearfar/data/split.h"
#include "nearfar/io/format.h"
#include "nearfar/io/matrix_reader.h"
#include "nearfar/io/record.h"
#include "nearfar/io/record_store.h"
#include "nearfar/io/table.h"

namespace nearfar {

/// A file whose rows are divided, opened: a table, or a matrix with what stands beside it.
struct SplitInput {
  std::unique_ptr<MatrixReader> matrix;  ///< null unless the file is a matrix
  std::unique_ptr<RecordReader> reader;  ///< of the table, or of what stands beside the matrix; or null
  Format format = Format::csv;           ///< of that table
  char delimiter = ',';                  ///< of that table
  bool is_table = true;  ///< false: labels alone beside a matrix, or nothing, so there are only row numbers
};

/// Of `options` the members on file, format and what stands beside a matrix are read. Throws Error (usage:
/// options that do not apply; io; data).
[[nodiscard]] NEARFAR_EXPORT SplitInput open_split_input(const TableOptions& options, SplitStrategy strategy);

/// All rows that pass the conditions.
struct SplitRows {
  RecordStore records;                ///< as they stand; empty unless there is a table
  std::vector<std::int64_t> numbers;  ///< where labels stand alone beside a matrix: 1-based rows; else empty
  std::int64_t count = 0;
  Labels groups;  ///< what the strategy deals by
};

/// `group`: the column of groups, for by_group. Memory: the text of the table, 16 bytes a row and the names
/// of the labels, groups or items. Throws Error (data) with the place of what is empty, when a matrix and
/// what stands beside it are not equally long, and when no row is left.
[[nodiscard]] NEARFAR_EXPORT SplitRows read_split_rows(SplitInput& input, const TableOptions& options,
                                                       SplitStrategy strategy, const std::string& group,
                                                       std::vector<std::string>& notes);

}  // namespace nearfar
