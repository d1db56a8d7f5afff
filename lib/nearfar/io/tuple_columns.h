#pragma once

#include <string_view>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/data/components.h"
#include "nearfar/data/labels.h"
#include "nearfar/data/scored_tuples.h"
#include "nearfar/io/record.h"
#include "nearfar/io/table.h"
#include "nearfar/io/tuple_layout.h"

namespace nearfar {

/// What is wanted of each tuple of a file besides its distance and value.
struct TupleExtras {
  std::vector<NamedColumn> named;  ///< columns, as codes
  bool components = false;         ///< which tuples hang together by their items, where the file names them
  bool ids = false;                ///< the items in one text, where the file names them
};

/// Collects that, tuple by tuple. Memory: 4 bytes a tuple and column, and the different texts.
class NEARFAR_EXPORT TupleColumns {
 public:
  /// `items`: the columns of the items; none where the file does not name them. Throws Error (data) for a
  /// column that the file does not have.
  TupleColumns(const RecordReader& reader, std::vector<std::size_t> items, const TupleExtras& extras);
  ~TupleColumns();
  TupleColumns(const TupleColumns&) = delete;
  TupleColumns& operator=(const TupleColumns&) = delete;

  /// Whether there is nothing to collect.
  [[nodiscard]] bool empty() const { return columns_.empty() && !components_ && !ids_; }
  /// The next tuple.
  void add(const Record& record);
  /// Gives what was collected to `tuples`.
  void take(ScoredTuples& tuples);

 private:
  std::vector<std::size_t> items_;
  std::vector<std::size_t> columns_;
  std::vector<LabelEncoder> encoders_;  // of columns_
  bool components_;
  bool ids_;
  TupleComponents hanging_;
  std::vector<std::string> names_;
  std::vector<std::string_view> item_texts_;  // of the tuple at hand
};

/// The columns of the items of any kind of tuple in the header, of the kind with the most; empty without any.
[[nodiscard]] NEARFAR_EXPORT std::vector<std::size_t> item_columns(const std::vector<std::string>& header);

}  // namespace nearfar
