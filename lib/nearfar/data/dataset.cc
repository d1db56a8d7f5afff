#include "nearfar/data/dataset.h"

namespace nearfar {

std::string Dataset::row_name(std::int64_t i) const {
  const auto at = static_cast<std::size_t>(i);
  return ids.empty() ? std::to_string(row_numbers[at]) : ids[at];
}

}  // namespace nearfar
