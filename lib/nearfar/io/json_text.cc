#include "nearfar/io/json_text.h"

#include "nearfar/core/text.h"

namespace nearfar {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

void append_utf8(std::vector<char>& out, unsigned code) {
  const auto put = [&](unsigned byte) { out.push_back(static_cast<char>(byte)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0U | code >> 6U);
    put(0x80U | (code & 0x3FU));
  } else if (code < 0x10000) {
    put(0xE0U | code >> 12U);
    put(0x80U | (code >> 6U & 0x3FU));
    put(0x80U | (code & 0x3FU));
  } else {
    put(0xF0U | code >> 18U);
    put(0x80U | (code >> 12U & 0x3FU));
    put(0x80U | (code >> 6U & 0x3FU));
    put(0x80U | (code & 0x3FU));
  }
}

}  // namespace

void JsonText::fail_unexpected(const std::string& expected) const {
  if (ended()) fail("expected " + expected + ", but the text ends");
  for (const std::string_view word : {"NaN", "Infinity", "-Infinity", "nan", "inf", "-inf"}) {
    if (text_.substr(at_).starts_with(word)) fail(std::string(word) + " is no number in JSON");
  }
  const auto byte = static_cast<unsigned char>(now());
  std::string found = "byte " + std::to_string(byte);
  if (byte > ' ' && byte < 0x7F) found = std::string("'") + now() + "'";
  fail("expected " + expected + ", found " + found);
}

void JsonText::skip_blanks() {
  while (now() == ' ' || now() == '\t' || now() == '\n' || now() == '\r') ++at_;
}

void JsonText::expect(char c, const std::string& expected) {
  skip_blanks();
  if (now() != c) fail_unexpected(expected);
  ++at_;
}

JsonText::Kind JsonText::kind() {
  skip_blanks();
  switch (now()) {
    case '{':
      return Kind::object;
    case '[':
      return Kind::array;
    case '"':
      return Kind::string;
    case 't':
    case 'f':
      return Kind::boolean;
    case 'n':
      return text_.substr(at_).starts_with("na") ? Kind::number : Kind::null;
    default:
      return Kind::number;
  }
}

void JsonText::open() { ++at_; }

bool JsonText::next_member(bool first, std::string_view& key, std::vector<char>& room) {
  skip_blanks();
  if (now() == '}') {
    ++at_;
    return false;
  }
  if (!first) expect(',', "',' or '}'");
  skip_blanks();
  if (now() != '"') fail_unexpected(first ? "a key in quotes or '}'" : "a key in quotes");
  key_at_ = at_;
  key = string(room);
  expect(':', "':'");
  return true;
}

bool JsonText::next_element(bool first) {
  skip_blanks();
  if (now() == ']') {
    ++at_;
    return false;
  }
  if (!first) expect(',', "',' or ']'");
  return true;
}

std::string_view JsonText::string(std::vector<char>& room) {
  const std::size_t begin = ++at_;
  while (!ended() && now() != '"' && now() != '\\' && static_cast<unsigned char>(now()) >= ' ') ++at_;
  std::string_view result = text_.substr(begin, at_ - begin);
  if (now() == '\\') {
    const std::size_t start = room.size();
    room.insert(room.end(), result.begin(), result.end());
    while (!ended() && now() != '"' && static_cast<unsigned char>(now()) >= ' ') {
      if (now() == '\\') {
        escape(room);
      } else {
        room.push_back(text_[at_++]);
      }
    }
    result = {room.data() + start, room.size() - start};
  }
  if (ended()) fail("a string is not closed");
  if (now() != '"') fail("a control character in a string; it is written \\u00..");
  if (!is_utf8(text_.substr(begin, at_ - begin))) {
    at_ = begin;
    fail("a string that is not UTF-8");
  }
  ++at_;
  return result;
}

void JsonText::escape(std::vector<char>& room) {
  constexpr std::string_view kLetters = "\"\\/bfnrt";
  constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  const std::size_t begin = at_++;
  if (const std::size_t which = kLetters.find(now()); which != std::string_view::npos && !ended()) {
    room.push_back(kMeanings[which]);
    ++at_;
    return;
  }
  if (now() != 'u') {
    at_ = begin;
    fail("an unknown escape in a string");
  }
  unsigned code = hexadecimal();
  if (code >= 0xD800 && code < 0xDC00 && text_.substr(at_, 2) == "\\u") {  // the first of a surrogate pair
    ++at_;
    const unsigned second = hexadecimal();
    code =
        second >= 0xDC00 && second < 0xE000 ? 0x10000 + ((code - 0xD800) << 10U) + (second - 0xDC00) : code;
  }
  if (code >= 0xD800 && code < 0xE000) {
    at_ = begin;
    fail("a lone surrogate in a string");
  }
  append_utf8(room, code);
}

// Takes "uXXXX".
unsigned JsonText::hexadecimal() {
  unsigned value = 0;
  for (int i = 0; i < 4; ++i) {
    ++at_;
    const char c = now();
    const bool letter = (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (!is_digit(c) && !letter) fail("four hexadecimal digits follow \\u");
    value = value * 16 + (is_digit(c) ? static_cast<unsigned>(c - '0') : (static_cast<unsigned>(c) & 7U) + 9);
  }
  ++at_;
  return value;
}

std::string_view JsonText::scalar() {
  skip_blanks();
  const std::size_t begin = at_;
  switch (kind()) {
    case Kind::boolean:
      literal(now() == 't' ? "true" : "false");
      break;
    case Kind::null:
      literal("null");
      break;
    default:
      number();
  }
  return text_.substr(begin, at_ - begin);
}

void JsonText::literal(std::string_view word) {
  if (!text_.substr(at_).starts_with(word)) fail("expected " + std::string(word));
  at_ += word.size();
}

// -? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?
void JsonText::number() {
  const std::size_t begin = at_;
  if (now() == '-') ++at_;
  if (!is_digit(now())) {
    at_ = begin;
    fail_unexpected("a value");
  }
  if (now() == '0') {
    ++at_;
    if (is_digit(now())) fail("a number does not begin with a superfluous 0");
  } else {
    digits();
  }
  if (now() == '.') {
    ++at_;
    digits();
  }
  if (now() == 'e' || now() == 'E') {
    ++at_;
    if (now() == '+' || now() == '-') ++at_;
    digits();
  }
}

void JsonText::digits() {
  if (!is_digit(now())) fail_unexpected("a digit");
  while (is_digit(now())) ++at_;
}

void JsonText::skip_value() {
  std::vector<Kind> open_ones;
  std::vector<char> room;
  bool first = true;  // whether the next thing is the first in the innermost object or array
  do {
    bool more = true;
    if (!open_ones.empty()) {
      std::string_view key;
      room.clear();
      more = open_ones.back() == Kind::object ? next_member(first, key, room) : next_element(first);
    }
    first = false;
    if (!more) {
      open_ones.pop_back();
      continue;
    }
    const Kind what = kind();
    if (what == Kind::object || what == Kind::array) {
      if (open_ones.size() == kDeepest) fail("values nested deeper than " + std::to_string(kDeepest));
      open();
      open_ones.push_back(what);
      first = true;
    } else if (what == Kind::string) {
      room.clear();
      (void)string(room);
    } else {
      (void)scalar();
    }
  } while (!open_ones.empty());
}

void JsonText::finish() {
  skip_blanks();
  if (!ended()) fail_unexpected("the end of the line");
}

}  // namespace nearfar
