#pragma once

#include <optional>
#include <string>
#include <vector>

#include "nearfar/io/row_filter.h"
#include "nearfar/io/table.h"

namespace nearfar {

/// The columns that options name, as indices into the header of a text table.
struct TableColumns {
  std::optional<std::size_t> id;  ///< --id, or a column called "id"
  std::optional<std::size_t> label;
  std::optional<std::size_t> target;
  std::vector<std::size_t> text;    ///< TableOptions::named, then those of --keep
  std::vector<std::size_t> others;  ///< TableOptions::no_features
  RowFilter where;

  /// All of them: what is no feature unless it is asked for.
  [[nodiscard]] std::vector<std::size_t> all() const;
};

/// Throws Error (data) for a column that `header` does not have; `file` is for messages.
[[nodiscard]] TableColumns resolve_columns(const TableOptions& options,
                                           const std::vector<std::string>& header, const std::string& file);

}  // namespace nearfar
