#include "nearfar/io/csv_record.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace nearfar {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

// The offset of a byte in [from, to), or npos.
std::size_t find_byte(std::string_view data, char byte, std::size_t from, std::size_t to) {
  if (from >= to) return kNone;
  const void* found = std::memchr(data.data() + from, byte, to - from);
  return found == nullptr ? kNone : static_cast<std::size_t>(static_cast<const char*>(found) - data.data());
}

constexpr std::uint64_t repeated(unsigned char byte) { return 0x0101010101010101U * byte; }

// The high bit of each byte of `word` that is zero.
std::uint64_t zero_bytes(std::uint64_t word) {
  constexpr std::uint64_t kLow = repeated(0x7F);
  return ~(((word & kLow) + kLow) | word | kLow);
}

}  // namespace

bool CsvRecordEnd::find(std::string_view data, bool whole) {
  for (;;) {
    if (inside_quotes_) {
      if (!skip_quoted(data, whole)) return false;
    } else if (skip_unquoted(data)) {
      return true;
    } else if (!inside_quotes_) {
      return false;
    }
  }
}

// To the next line feed (true), or behind the next quote that opens a field, or to the end of the data.
bool CsvRecordEnd::skip_unquoted(std::string_view data) {
  if (line_feed_ == kNone || line_feed_ < at_) line_feed_ = find_byte(data, '\n', at_, data.size());
  const std::size_t limit = std::min(line_feed_, data.size());
  for (;;) {
    const std::size_t quote = find_byte(data, '"', at_, limit);
    if (quote == kNone) break;
    at_ = quote + 1;
    if (quote == 0 || data[quote - 1] == delimiter_) {
      inside_quotes_ = true;
      open_quote_ = quote;
      return false;
    }
  }
  at_ = limit;
  return line_feed_ != kNone;
}

// Behind the closing quote; false if it is not in the data, or might be the first of two.
bool CsvRecordEnd::skip_quoted(std::string_view data, bool whole) {
  for (;;) {
    const std::size_t quote = find_byte(data, '"', at_, data.size());
    const std::size_t to = std::min(quote, data.size());
    lines_inside_ += std::count(data.begin() + static_cast<std::ptrdiff_t>(at_),
                                data.begin() + static_cast<std::ptrdiff_t>(to), '\n');
    at_ = to;
    if (quote == kNone || (quote + 1 == data.size() && !whole)) return false;
    const bool doubled = quote + 1 < data.size() && data[quote + 1] == '"';
    at_ += doubled ? 2 : 1;
    if (doubled) continue;
    inside_quotes_ = false;
    return true;
  }
}

std::size_t split_csv(std::string_view text, char delimiter, std::vector<CsvField>& fields) {
  fields.clear();
  for (std::size_t begin = 0;;) {
    const bool quoted = begin < text.size() && text[begin] == '"';
    std::size_t end = begin;
    if (quoted) {
      do end = std::min(find_byte(text, '"', end + 1, text.size()), text.size() - 1) + 1;
      while (end < text.size() && text[end] == '"');
      fields.push_back({begin, end, true});
      if (end < text.size() && text[end] != delimiter) return end;
    } else {
      end = std::min(find_byte(text, delimiter, begin, text.size()), text.size());
      fields.push_back({begin, end, false});
    }
    if (end == text.size()) return kNone;
    begin = end + 1;
  }
}

// Eight bytes at a time: the delimiters among them are the zero bytes of the difference.
std::size_t split_unquoted(std::string_view text, char delimiter, std::vector<std::string_view>& fields) {
  const std::uint64_t delimiters = repeated(static_cast<unsigned char>(delimiter));
  const char* data = text.data();
  std::size_t count = 0;
  std::size_t begin = 0;
  const auto add = [&](std::size_t end) {
    if (count < fields.size()) fields[count] = {data + begin, end - begin};
    ++count;
    begin = end + 1;
  };
  std::size_t at = 0;
  for (; at + sizeof delimiters <= text.size(); at += sizeof delimiters) {
    std::uint64_t word = 0;
    std::memcpy(&word, data + at, sizeof word);
    for (std::uint64_t hits = zero_bytes(word ^ delimiters); hits != 0; hits &= hits - 1)
      add(at + static_cast<std::size_t>(std::countr_zero(hits)) / 8);
  }
  for (; at < text.size(); ++at) {
    if (data[at] == delimiter) add(at);
  }
  add(text.size());
  return count;
}

void undo_quotes(std::string_view quoted, std::vector<char>& out) {
  for (std::size_t i = 1; i + 1 < quoted.size(); ++i) {
    out.push_back(quoted[i]);
    if (quoted[i] == '"') ++i;
  }
}

}  // namespace nearfar
