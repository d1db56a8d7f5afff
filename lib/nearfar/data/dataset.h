#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/core/matrix.h"
#include "nearfar/data/labels.h"

namespace nearfar {

struct TextColumn {
  std::string name;
  std::vector<std::string> values;
};

/// Rows of a table: features as numbers, and what stands beside them.
struct Dataset {
  Matrix features;                         ///< one row a row
  std::vector<std::string> feature_names;  ///< one a column of `features`
  bool has_names = true;                   ///< false: the names are only numbers (a matrix, --no-header)
  bool is_bytes = false;                   ///< features are unsigned bytes of a matrix file
  std::vector<std::int64_t> row_sizes;     ///< of a row of a matrix file that has several: height, width, ...
  std::vector<std::string> ids;            ///< empty when the data have none
  std::vector<std::int64_t> row_numbers;   ///< 1-based row in the file, before any filter
  std::int64_t file_rows = 0;              ///< rows in the file so far, kept or not
  Labels labels;                           ///< empty when no label column was named
  std::vector<TextColumn> columns;         ///< further columns that were asked for, as text

  [[nodiscard]] std::int64_t rows() const { return static_cast<std::int64_t>(row_numbers.size()); }
  /// What names row i in messages and tuple files: its id, or its 1-based row number in the file.
  [[nodiscard]] NEARFAR_EXPORT std::string row_name(std::int64_t i) const;
};

}  // namespace nearfar
