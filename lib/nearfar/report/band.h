#pragma once

#include <optional>
#include <string>

#include "nearfar/evaluation/intervals.h"

namespace nearfar {

/// A value and its interval as marks on a bar from 0 to 1, as HTML; nothing for a value that leaves it.
[[nodiscard]] std::string value_band(double value, const std::optional<Interval>& interval);

/// A share of [0, 1] as a length in a style: "12.5%".
[[nodiscard]] std::string style_share(double value);

}  // namespace nearfar
