#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "nearfar/data/components.h"
#include "nearfar/data/labels.h"
#include "nearfar/data/split.h"
#include "nearfar/io/label_column.h"
#include "nearfar/io/record.h"

namespace nearfar {

/// What a strategy deals rows by, taken from their records: labels, groups, or the items of tuples.
class SplitKeys {
 public:
  /// `column`: the one of labels or groups; not read for random and by_items. Throws Error (data) when there
  /// is no such column, or for by_items no header of a tuple file.
  SplitKeys(SplitStrategy strategy, const std::string& column, const LabelRules& rules,
            const RecordReader& reader);
  /// The next row. Throws Error (data) with its place for an empty label, group or item, and for a row number
  /// that is none.
  void add(const RecordReader& reader, const Record& record);
  /// What split_rows() wants, of all rows added.
  [[nodiscard]] Labels take();
  /// Remarks for the user on the labels.
  [[nodiscard]] std::vector<std::string> notes(const std::string& file) const;

 private:
  void add_tuple(const RecordReader& reader, const Record& record);

  SplitStrategy strategy_;
  std::vector<std::size_t> columns_;
  bool items_by_row_ = false;
  std::vector<std::string>
      numbers_;  // items of a tuple that are row numbers, without signs and zeros in front
  std::vector<std::string_view> items_;
  LabelColumn labels_;
  LabelEncoder groups_;
  TupleComponents tuples_;
};

}  // namespace nearfar
