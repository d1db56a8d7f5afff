#pragma once

#include <cstdint>
#include <vector>

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

}  // namespace nearfar
