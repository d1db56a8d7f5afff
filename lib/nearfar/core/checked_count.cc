#include "nearfar/core/checked_count.h"

#include <cmath>
#include <string>

#include "nearfar/core/advice.h"
#include "nearfar/core/error.h"

namespace nearfar {

std::int64_t checked_count(double value) {
  constexpr double kMost = 0x1p53;
  if (!(value >= 0 && value <= kMost) || value != std::floor(value))
    data_error("the checkpoint has a count that is none: " + std::to_string(value), {}, kStartAnew);
  return static_cast<std::int64_t>(value);
}

std::int64_t checked_count_or_none(double value) { return value == -1 ? -1 : checked_count(value); }

}  // namespace nearfar
