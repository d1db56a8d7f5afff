#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/data/dataset.h"
#include "nearfar/data/tuples.h"
#include "nearfar/io/record.h"

namespace nearfar {

/// What the header of a tuple file says: INTERFACE has `a,b,similar`, `a,b,similarity`,
/// `anchor,positive,negative`, `a,b,c,d`, or the same with row_ before each item for 1-based row numbers of
/// the data file. Further columns may stand anywhere between.
struct TupleLayout {
  TupleKind kind = TupleKind::pairs;
  bool by_row = false;               ///< items are row numbers, not ids
  std::vector<std::size_t> items;    ///< columns of the items
  std::optional<std::size_t> value;  ///< column of `similar` or `similarity`
};

/// Throws Error (data) when the header is not that of a tuple file. With `without_value` pairs need neither
/// `similar` nor `similarity`.
[[nodiscard]] NEARFAR_EXPORT TupleLayout tuple_layout(const RecordReader& reader, bool without_value = false);

/// Throws Error (data) when the items are ids and the data have none.
NEARFAR_EXPORT void check_ids(const TupleLayout& layout, const Dataset& data, const RecordReader& reader);

/// The value of a pair or graded pair. Throws Error (data) with its place unless it is a number, and for a
/// pair 1 or 0.
[[nodiscard]] NEARFAR_EXPORT float tuple_value(const RecordReader& reader, const Record& record,
                                               const TupleLayout& layout);

}  // namespace nearfar
