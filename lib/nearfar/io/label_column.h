#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "nearfar/core/error.h"
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
  /// Throws Error (data), with the place of the first fraction, if all labels so far are numbers and one has
  /// a fraction: such a column holds targets, not classes. A field of several labels is not looked into.
  void refuse_fractions() const;
  /// The labels of the rows added since the last call, on a numbering of their own.
  [[nodiscard]] Labels take();
  /// Remarks for the user on all rows so far: how many are of unknown class, and which ignored labels no row
  /// has.
  [[nodiscard]] std::vector<std::string> notes(const std::string& file) const;

 private:
  void look_for_fraction(const RecordReader& reader, const Record& record, std::size_t column);

  LabelRules rules_;
  LabelEncoder encoder_;
  std::int64_t unknown_rows_ = 0;
  bool all_numbers_ = true;  // of the labels that are not ignored
  std::string fraction_;     // the first label with one
  Place fraction_place_;
};

}  // namespace nearfar
