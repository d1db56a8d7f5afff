#include "cli/config.h"

#include <algorithm>
#include <array>

#include "nearfar/core/error.h"
#include "nearfar/core/text.h"

namespace nearfar::cli {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

// The letter behind a backslash and the byte it stands for.
constexpr std::array<std::pair<char, char>, 7> kEscapes{
    {{'b', '\b'}, {'t', '\t'}, {'n', '\n'}, {'f', '\f'}, {'r', '\r'}, {'"', '"'}, {'\\', '\\'}}};

void append_utf8(std::string& out, std::uint32_t code) {
  if (code < 0x80U) {
    out += static_cast<char>(code);
    return;
  }
  const int further = code < 0x800U ? 1 : code < 0x10000U ? 2 : 3;
  const std::uint32_t lead = further == 1 ? 0xC0U : further == 2 ? 0xE0U : 0xF0U;
  out += static_cast<char>(lead | (code >> (6U * static_cast<unsigned>(further))));
  for (int i = further - 1; i >= 0; --i)
    out += static_cast<char>(0x80U | ((code >> (6U * static_cast<unsigned>(i))) & 0x3FU));
}

class ConfigReader {
 public:
  ConfigReader(std::string_view text, const std::string& name) : text_(text), name_(name) {
    if (text_.starts_with(kByteOrderMark)) at_ = kByteOrderMark.size();
  }

  Config read() {
    Config config;
    for (skip_lines(); !at_end(); skip_lines()) {
      if (next() == '[') fail("a section, which options do not have: every key stands by itself");
      const std::size_t begin = at_;
      const std::int64_t line = line_;
      const std::string name = key();
      skip_blanks();
      if (next() != '=') fail("expected KEY = VALUE");
      ++at_;
      skip_blanks();
      ConfigEntry entry{next() == '[' ? array() : std::vector<std::string>{value()}, line};
      skip_blanks();
      if (next() == '#') skip_comment();
      if (!at_end() && !is_line_end()) fail("expected the end of the line behind a value");
      if (!config.emplace(name, std::move(entry)).second) {
        at_ = begin;
        line_ = line;
        fail("the key '" + name + "' appears twice");
      }
    }
    return config;
  }

 private:
  [[noreturn]] void fail(
      const std::string& what,
      const std::string& advice = "a line is KEY = VALUE, as in dim = 16 or loss = \"triplet\"") const {
    const std::size_t before = at_ == 0 ? std::string_view::npos : text_.rfind('\n', at_ - 1);
    const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
    const std::size_t end = text_.find('\n', begin);
    throw Error(ErrorKind::usage, what,
                {name_, line_, static_cast<std::int64_t>(at_ - begin) + 1,
                 std::string(text_.substr(begin, end == std::string_view::npos ? end : end - begin))},
                advice);
  }

  [[nodiscard]] bool at_end() const { return at_ == text_.size(); }
  // The character at hand; at the end one that stands for nothing.
  [[nodiscard]] char next() const { return at_end() ? '\0' : text_[at_]; }
  [[nodiscard]] bool is_line_end() const {
    return text_.substr(at_, 1) == "\n" || text_.substr(at_, 2) == "\r\n";
  }

  void skip_blanks() {
    while (next() == ' ' || next() == '\t') ++at_;
  }
  void skip_comment() {
    while (!at_end() && !is_line_end()) ++at_;
  }
  // Blanks, comments and line ends.
  void skip_lines() {
    for (;;) {
      skip_blanks();
      if (next() == '#') skip_comment();
      if (!is_line_end()) return;
      at_ = text_.find('\n', at_) + 1;
      ++line_;
    }
  }

  std::string key() {
    if (next() == '"' || next() == '\'') return quoted();
    const std::size_t begin = at_;
    // With the dots of dotted keys, so that the message about an unknown key has all of it.
    while (is_letter(next()) || is_digit(next()) || next() == '_' || next() == '-' || next() == '.') ++at_;
    if (at_ == begin) fail("expected KEY = VALUE");
    return std::string(text_.substr(begin, at_ - begin));
  }

  std::vector<std::string> array() {
    std::vector<std::string> values;
    ++at_;
    for (skip_lines(); next() != ']'; skip_lines()) {
      values.push_back(value());
      skip_lines();
      if (next() == ',') {
        ++at_;
      } else if (next() != ']') {
        fail("expected ',' or ']' in an array");
      }
    }
    ++at_;
    return values;
  }

  std::string value() {
    if (next() == '"' || next() == '\'') return quoted();
    if (next() == '{' || next() == '[') fail("a table or an array in an array, which no option takes");
    const std::size_t begin = at_;
    while (is_letter(next()) || is_digit(next()) || next() == '_' || next() == '-' || next() == '+' ||
           next() == '.' || next() == ':')
      ++at_;
    std::string text(text_.substr(begin, at_ - begin));
    const std::string_view unsigned_text =
        std::string_view(text).substr(text.find_first_not_of("+-") == 1 ? 1 : 0);
    const bool is_number = !unsigned_text.empty() &&
                           (is_digit(unsigned_text[0]) || unsigned_text == "inf" || unsigned_text == "nan");
    if (text != "true" && text != "false" && !is_number) {
      at_ = begin;
      fail("expected a value", "text stands in quotes: \"...\"");
    }
    if (is_number) std::erase(text, '_');
    return text;
  }

  std::string quoted() {
    const char quote = next();
    if (text_.substr(at_, 3) == std::string(3, quote)) fail("a multi-line string, which no option needs");
    const std::size_t begin = at_++;
    std::string out;
    while (next() != quote) {
      if (at_end() || is_line_end()) {
        at_ = begin;
        fail("a quote that is not closed on its line");
      }
      if (is_control(next()) && next() != '\t')
        fail("a control character in a string", "write \\u and its code");
      if (next() == '\\' && quote == '"') {
        ++at_;
        append_escape(out);
      } else {
        out += text_[at_++];
      }
    }
    ++at_;
    return out;
  }

  // What follows a backslash.
  void append_escape(std::string& out) {
    for (const auto& [letter, byte] : kEscapes) {
      if (next() != letter) continue;
      out += byte;
      ++at_;
      return;
    }
    const std::size_t digits = next() == 'u' ? 4 : next() == 'U' ? 8 : 0;
    std::uint32_t code = 0;
    for (std::size_t i = 1; i <= digits; ++i) {
      const std::size_t digit =
          std::string_view("0123456789abcdefABCDEF").find(at_ + i < text_.size() ? text_[at_ + i] : ' ');
      if (digit == std::string_view::npos) fail("expected " + std::to_string(digits) + " hexadecimal digits");
      code = code * 16 + static_cast<std::uint32_t>(digit < 16 ? digit : digit - 6);
    }
    const bool is_character = code > 0 && code < 0x110000U && (code < 0xD800U || code > 0xDFFFU);
    if (digits == 0 || !is_character) fail("no such escape", "for a backslash write \\\\, or use '...'");
    at_ += digits + 1;
    append_utf8(out, code);
  }

  std::string_view text_;
  const std::string& name_;
  std::size_t at_ = 0;
  std::int64_t line_ = 1;
};

std::string in_quotes(const std::string& value) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : value) {
    const auto* escape =
        std::find_if(kEscapes.begin(), kEscapes.end(), [&](const auto& row) { return row.second == c; });
    if (escape != kEscapes.end()) {
      out += '\\';
      out += escape->first;
    } else if (is_control(c)) {
      out += "\\u00";
      out += kDigits[static_cast<unsigned char>(c) >> 4U];
      out += kDigits[static_cast<unsigned char>(c) & 15U];
    } else {
      out += c;
    }
  }
  return out + "\"";
}

}  // namespace

Config read_config(std::string_view text, const std::string& name) { return ConfigReader(text, name).read(); }

bool belongs_in_config(const Option& option) {
  const std::string key = option.key();
  return key != "config" && key != "print-config" && key != "generate" && key != "help" && key != "version";
}

std::string config_text(const Command& command) {
  std::string out;
  for (const Option& option : command.options) {
    if (!belongs_in_config(option)) continue;
    const std::string key = option.key();
    const auto found = command.given.find(key);
    if (found == command.given.end()) {
      if (!option.default_text.empty() && !option.value.empty())
        out += "# " + key + " = " + in_quotes(option.default_text) + "\n";
      continue;
    }
    const std::vector<std::string>& values = found->second;
    out += key + " = ";
    if (option.value.empty()) {
      out += values.front();
    } else if (!option.repeatable) {
      out += in_quotes(values.front());
    } else {
      out += "[";
      for (std::size_t i = 0; i < values.size(); ++i) out += (i > 0 ? ", " : "") + in_quotes(values[i]);
      out += "]";
    }
    out += "\n";
  }
  return out;
}

}  // namespace nearfar::cli
