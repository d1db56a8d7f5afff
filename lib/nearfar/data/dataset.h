#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/core/matrix.h"

namespace nearfar {

/// Class labels as codes 0, 1, ... in the order of first appearance, with their texts. Where a row may have
/// several labels a code stands for one set of them: rows of the same code have the same set, and rows of
/// different codes are still similar when their sets share a label.
struct Labels {
  static constexpr std::int32_t kUnknown = -1;

  std::vector<std::int32_t> codes;  ///< one a row; kUnknown for a row of unknown class
  std::vector<std::string> names;   ///< text of each code
  /// Labels in the set of each code, as numbers, ascending; empty when every row has one label.
  std::vector<std::vector<std::int32_t>> sets;

  [[nodiscard]] bool empty() const { return codes.empty(); }
  [[nodiscard]] std::int32_t classes() const { return static_cast<std::int32_t>(names.size()); }
  [[nodiscard]] bool several() const { return !sets.empty(); }
  /// Whether rows of these two codes are similar: both known, and the same class or a label in common.
  [[nodiscard]] bool similar(std::int32_t a, std::int32_t b) const {
    if (a == kUnknown || b == kUnknown) return false;
    return a == b || (several() && share_a_label(a, b));
  }

 private:
  [[nodiscard]] NEARFAR_EXPORT bool share_a_label(std::int32_t a, std::int32_t b) const;
};

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
  std::vector<std::string> ids;            ///< empty when the data have none
  std::vector<std::int64_t> row_numbers;   ///< 1-based row in the file, before any filter
  std::int64_t file_rows = 0;              ///< rows in the file so far, kept or not
  Labels labels;                           ///< empty when no label column was named
  std::vector<TextColumn> columns;         ///< further columns that were asked for, as text

  [[nodiscard]] std::int64_t rows() const { return static_cast<std::int64_t>(row_numbers.size()); }
  /// What names row i in messages and tuple files: its id, or its 1-based row number in the file.
  [[nodiscard]] NEARFAR_EXPORT std::string row_name(std::int64_t i) const;
};

/// Gives every distinct text a code, in the order of first appearance.
[[nodiscard]] NEARFAR_EXPORT Labels encode_labels(const std::vector<std::string>& texts);

/// The rows of each class, ascending; rows of unknown class are in none.
[[nodiscard]] NEARFAR_EXPORT std::vector<std::vector<std::int64_t>> rows_by_class(const Labels& labels);

}  // namespace nearfar
