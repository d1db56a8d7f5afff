#pragma once

#include <string_view>

namespace nearfar {

/// A short cut for the numbers that tables are full of, "-0.53414345": at most 16 characters behind an
/// optional minus sign, digits with at most one point. Returns false, and leaves `value` alone, for any other
/// text and for the few whose rounding it cannot decide; else `value` has the bits that std::from_chars
/// gives. Time: a few multiplications.
[[nodiscard]] bool parse_short_decimal(std::string_view text, float& value);

}  // namespace nearfar
