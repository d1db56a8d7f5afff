#pragma once

namespace nearfar {

/// Writes the shortest text that reads back to `value`, as std::to_chars does, and returns its end; null for
/// 0, for magnitudes below 1e-5 or from 1e7 on, for those that are shorter with an exponent, and for the few
/// whose digits it cannot decide. Needs 24 characters at `to`, of which the text is at most 16.
[[nodiscard]] char* put_short_decimal(char* to, float value);

}  // namespace nearfar
