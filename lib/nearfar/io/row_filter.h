#pragma once

#include <string>
#include <utility>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/data/columns.h"
#include "nearfar/io/record.h"

namespace nearfar {

/// Conditions (--where), resolved against the header of a text table. All of them have to hold.
class NEARFAR_EXPORT RowFilter {
 public:
  RowFilter() = default;
  /// Throws Error (data) for a column that the header does not have; `file` and `option` are for the message.
  RowFilter(const std::vector<Condition>& conditions, const std::vector<std::string>& header,
            const std::string& file, const std::string& option);
  [[nodiscard]] bool passes(const Record& record) const;
  /// The columns that the conditions name.
  [[nodiscard]] std::vector<std::size_t> columns() const;

 private:
  std::vector<std::pair<std::size_t, Condition>> conditions_;
};

}  // namespace nearfar
