#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "nearfar/data/labels.h"
#include "nearfar/io/record.h"

namespace nearfar {

/// The label column of a table, read record by record.
class LabelColumn {
 public:
  explicit LabelColumn(LabelRules rules = {});
  /// The labels of the next row, from field `column` of the record that `reader` gave last. Throws Error
  /// (data) with its place when one is empty and the empty label is not ignored.
  void add(const RecordReader& reader, const Record& record, std::size_t column);
  /// The labels of the rows added since the last call, on a numbering of their own.
  [[nodiscard]] Labels take();
  /// Remarks for the user on all rows so far: how many are of unknown class, and which ignored labels no row
  /// has.
  [[nodiscard]] std::vector<std::string> notes(const std::string& file) const;

 private:
  LabelRules rules_;
  LabelEncoder encoder_;
  std::int64_t unknown_rows_ = 0;
};

}  // namespace nearfar
