#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nearfar/core/export.h"

namespace nearfar {

enum class NumberStatus {
  ok,
  not_a_number,  ///< not the text of a number ("abc", "", "1,5", "0x10")
  not_finite,    ///< "nan", "inf", "-Infinity" in any case
  out_of_range   ///< a number beyond the largest finite value of the type
};

/// Reads the whole of `text` as a decimal number, whatever the locale says; blanks around it and a leading
/// '+' are allowed. Values too small for the type become 0 or subnormal. `value` is only written when the
/// result is ok.
NEARFAR_EXPORT NumberStatus parse_number(std::string_view text, float& value);
NEARFAR_EXPORT NumberStatus parse_number(std::string_view text, double& value);

/// Whether it is a number but for a comma in place of the decimal point: "0,5".
[[nodiscard]] NEARFAR_EXPORT bool has_decimal_comma(std::string_view text);

/// A whole decimal integer, or nothing.
NEARFAR_EXPORT std::optional<std::int64_t> parse_integer(std::string_view text);

/// Appends the shortest decimal text that reads back to the same value.
NEARFAR_EXPORT void append_number(std::string& out, float value);
NEARFAR_EXPORT void append_number(std::string& out, double value);
/// The same at `to`, which has room for kNumberRoom characters; returns the end of the text.
inline constexpr std::size_t kNumberRoom = 24;
[[nodiscard]] NEARFAR_EXPORT char* put_number(char* to, float value);
[[nodiscard]] NEARFAR_EXPORT std::string number_text(double value);
[[nodiscard]] NEARFAR_EXPORT std::string number_text(float value);
/// With so many significant digits, at most 17.
[[nodiscard]] NEARFAR_EXPORT std::string number_text(double value, int digits);

/// Parts between separators; "" gives one empty part.
[[nodiscard]] NEARFAR_EXPORT std::vector<std::string> split_text(std::string_view text, char separator);
[[nodiscard]] NEARFAR_EXPORT std::string_view trimmed(std::string_view text);
/// "a, b and c", or with another word before the last.
[[nodiscard]] NEARFAR_EXPORT std::string listed(std::span<const std::string> names,
                                                std::string_view last = "and");
/// 1797 -> "1,797"
[[nodiscard]] NEARFAR_EXPORT std::string grouped(std::int64_t count);

/// Whether the bytes are well-formed UTF-8 (RFC 3629).
[[nodiscard]] NEARFAR_EXPORT bool is_utf8(std::string_view text);

/// How many characters (code points) UTF-8 text has, which is about how wide it is; of other bytes a number
/// between 0 and all of them.
[[nodiscard]] NEARFAR_EXPORT std::size_t utf8_length(std::string_view text);

/// "1 row", "1,797 rows"
[[nodiscard]] NEARFAR_EXPORT std::string counted(std::int64_t count, std::string_view singular);

/// Fewest insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b` (bytes).
[[nodiscard]] NEARFAR_EXPORT std::size_t edit_distance(std::string_view a, std::string_view b);
/// The name nearest to `wrong`, if one is near enough to be what was meant; else "".
[[nodiscard]] NEARFAR_EXPORT std::string closest_name(std::string_view wrong,
                                                      std::span<const std::string> names);
/// " (did you mean 'X'?)", or "" when nothing is near.
[[nodiscard]] NEARFAR_EXPORT std::string did_you_mean(std::string_view wrong,
                                                      std::span<const std::string> names);

}  // namespace nearfar
