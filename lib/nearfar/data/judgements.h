#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/data/qrels.h"

namespace nearfar {

/// A judged row of a gallery.
struct JudgedRow {
  std::int32_t row = 0;
  std::int32_t grade = 0;  ///< 0 or more
};

/// The judgements of one query on a gallery.
struct JudgedRows {
  bool known = false;                ///< there are judgements of this query
  std::vector<JudgedRow> rows;       ///< ascending
  std::vector<std::int32_t> absent;  ///< grades of judged items that are not in the gallery
};

/// Judgements put to the rows of two files.
struct PlacedJudgements {
  std::vector<JudgedRows> queries;        ///< one a query row
  std::vector<std::string_view> missing;  ///< judged queries without a row, in the order of the judgements
  std::int64_t absent = 0;                ///< judged items that are not in the gallery, counted once each
  std::int64_t present = 0;               ///< and those that are
};
/// Finds queries and items of the judgements by id. The names in `missing` are those of `qrels`.
[[nodiscard]] NEARFAR_EXPORT PlacedJudgements place_judgements(const Qrels& qrels, const NameTable& items,
                                                               std::span<const std::string> query_ids,
                                                               std::span<const std::string> gallery_ids);

}  // namespace nearfar
