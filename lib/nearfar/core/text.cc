#include "nearfar/core/text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "nearfar/core/parse_decimal.h"
#include "nearfar/core/put_decimal.h"

namespace nearfar {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Whether a number that from_chars calls out of range is too small rather than too large: its decimal
// exponent (of the first digit that is not zero) is negative.
bool is_tiny(std::string_view text) {
  const std::size_t e = std::min(text.find_first_of("eE"), text.size());
  const std::string_view mantissa = text.substr(0, e);
  const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
  const std::size_t first = mantissa.find_first_of("123456789");
  if (first == std::string_view::npos) return true;
  double exponent = static_cast<double>(point) - static_cast<double>(first);
  if (e < text.size()) {
    std::string_view digits = text.substr(e + 1);
    const bool negative = digits.starts_with('-');
    double value = 0;
    for (const char c : digits) value = is_digit(c) ? std::min(value * 10 + (c - '0'), 1e18) : value;
    exponent += negative ? -value : value;
  }
  return exponent < 0;
}

template <class T>
NumberStatus parse(std::string_view text, T& value) {
  text = trimmed(text);
  if (text.size() > 1 && text[0] == '+' && text[1] != '-' && text[1] != '+') text.remove_prefix(1);
  if (text.empty()) return NumberStatus::not_a_number;
  T parsed{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), parsed);
  if (end != text.data() + text.size() || error == std::errc::invalid_argument)
    return NumberStatus::not_a_number;
  if (error == std::errc::result_out_of_range) {
    if (!is_tiny(text)) return NumberStatus::out_of_range;
    double wide = 0;  // for float: a subnormal or zero, rounded from double
    if constexpr (sizeof(T) < sizeof(double)) {
      if (parse(text, wide) == NumberStatus::ok) {
        value = static_cast<T>(wide);
        return NumberStatus::ok;
      }
    }
    value = text[0] == '-' ? T(-0.0) : T(0);
    return NumberStatus::ok;
  }
  if (!std::isfinite(parsed)) return NumberStatus::not_finite;
  value = parsed;
  return NumberStatus::ok;
}

}  // namespace

NumberStatus parse_number(std::string_view text, float& value) {
  return parse_short_decimal(text, value) ? NumberStatus::ok : parse(text, value);
}
NumberStatus parse_number(std::string_view text, double& value) { return parse(text, value); }

std::optional<std::int64_t> parse_integer(std::string_view text) {
  text = trimmed(text);
  if (text.size() > 1 && text[0] == '+' && is_digit(text[1])) text.remove_prefix(1);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

char* put_number(char* to, float value) {
  char* const end = put_short_decimal(to, value);
  return end != nullptr ? end : std::to_chars(to, to + kNumberRoom, value).ptr;
}

void append_number(std::string& out, float value) {
  char buffer[kNumberRoom];
  out.append(buffer, put_number(buffer, value));
}

void append_number(std::string& out, double value) {
  char buffer[32];  // the shortest form of any double has at most 24 characters
  out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
}

std::string number_text(double value) {
  std::string out;
  append_number(out, value);
  return out;
}

std::string number_text(float value) {
  std::string out;
  append_number(out, value);
  return out;
}

std::string number_text(double value, int digits) {
  char buffer[64];
  const auto [end, error] =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::general, digits);
  return error == std::errc{} ? std::string(buffer, end) : number_text(value);
}

std::vector<std::string> split_text(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (;;) {
    const std::size_t at = text.find(separator);
    parts.emplace_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string listed(std::span<const std::string> names, std::string_view last) {
  const std::string before_last = " " + std::string(last) + " ";
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) out += i + 1 == names.size() ? before_last : ", ";
    out += names[i];
  }
  return out;
}

std::string grouped(std::int64_t count) {
  std::string digits = std::to_string(count);
  if (count < 0) digits.erase(0, 1);
  for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, ",");
  if (count < 0) digits.insert(0, "-");
  return digits;
}

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80                   ? 1
                               : lead >= 0xC2 && lead < 0xE0 ? 2
                               : lead >= 0xE0 && lead < 0xF0 ? 3
                               : lead >= 0xF0 && lead < 0xF5 ? 4
                                                             : 0;
    if (length == 0 || i + length > text.size()) return false;
    for (std::size_t k = 1; k < length; ++k) {
      if ((static_cast<unsigned char>(text[i + k]) & 0xC0U) != 0x80U) return false;
    }
    const unsigned char second = length > 2 ? static_cast<unsigned char>(text[i + 1]) : 0x80;
    const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
    const bool beyond =
        (lead == 0xED && second >= 0xA0) || (lead == 0xF4 && second >= 0x90);  // surrogates, > U+10FFFF
    if (overlong || beyond) return false;
    i += length;
  }
  return true;
}

bool has_decimal_comma(std::string_view text) {
  const std::size_t comma = text.find(',');
  if (comma == std::string_view::npos || text.find('.') != std::string_view::npos) return false;
  std::string with_point(text);
  with_point[comma] = '.';
  double value = 0;
  return parse_number(with_point, value) == NumberStatus::ok;
}

std::size_t utf8_length(std::string_view text) {
  // Every byte but those that go on with a character.
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string counted(std::int64_t count, std::string_view singular) {
  return grouped(count) + " " + std::string(singular) + (count == 1 ? "" : "s");
}

// Optimal string alignment over three rows of the table.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> above(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) above[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substitution = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, substitution});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, above);
    std::swap(above, row);
  }
  return above[b.size()];
}

std::string closest_name(std::string_view wrong, std::span<const std::string> names) {
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(1, std::min<std::size_t>(3, wrong.size() / 3)) + 1;
  for (const std::string& name : names) {
    const std::size_t distance = edit_distance(wrong, name);
    if (distance < best_distance) {
      best_distance = distance;
      best = name;
    }
  }
  if (best.empty() && wrong.size() >= 3) {  // a name that only was cut short
    for (const std::string& name : names) {
      if (name.starts_with(wrong)) return name;
    }
  }
  return best;
}

std::string did_you_mean(std::string_view wrong, std::span<const std::string> names) {
  const std::string best = closest_name(wrong, names);
  return best.empty() ? "" : " (did you mean '" + best + "'?)";
}

}  // namespace nearfar
