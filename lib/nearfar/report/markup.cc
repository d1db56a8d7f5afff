#include "nearfar/report/markup.h"

#include <algorithm>

#include "nearfar/core/text.h"

namespace nearfar {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// XML 1.0 has no control characters but tab and the line ends, and neither U+FFFE nor U+FFFF.
bool is_no_character(std::string_view piece) {
  const auto first = static_cast<unsigned char>(piece.front());
  if (piece.size() == 1) return first < 0x20U && first != '\t' && first != '\n' && first != '\r';
  return piece == "\xEF\xBF\xBE" || piece == "\xEF\xBF\xBF";
}

std::string entity(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return {};
  }
}

}  // namespace

std::string valid_utf8(std::string_view text) {
  if (is_utf8(text)) return std::string(text);
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t length = 1;
    while (length <= 4 && i + length <= text.size() && !is_utf8(text.substr(i, length))) ++length;
    if (length > 4 || i + length > text.size()) {
      out += kReplacement;
      ++i;
    } else {
      out += text.substr(i, length);
      i += length;
    }
  }
  return out;
}

std::string escaped_markup(std::string_view text) {
  const std::string valid = valid_utf8(text);
  std::string out;
  for (std::size_t i = 0; i < valid.size();) {
    const auto first = static_cast<unsigned char>(valid[i]);
    const std::size_t length = first < 0x80U ? 1 : first < 0xE0U ? 2 : first < 0xF0U ? 3 : 4;
    const std::string_view piece = std::string_view(valid).substr(i, length);
    const std::string name = entity(valid[i]);
    out += is_no_character(piece) ? kReplacement : name.empty() ? piece : std::string_view(name);
    i += length;
  }
  return out;
}

std::string escaped_markdown(std::string_view text) {
  std::string out;
  for (const char c : valid_utf8(text)) {
    if (c == '\n' || c == '\r') {
      out += ' ';
    } else if (c == '<' || c == '>' || c == '&') {
      out += entity(c);
    } else {
      if (std::string_view("\\`*_[]|~#$").find(c) != std::string_view::npos) out += '\\';
      out += c;
    }
  }
  return out;
}

}  // namespace nearfar
