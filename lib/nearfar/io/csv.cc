#include "nearfar/io/csv.h"

#include <emmintrin.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <unordered_map>

#include "nearfar/core/text.h"

namespace nearfar {
namespace {

constexpr std::size_t kPadding = 16;  // bytes after the data that the scanner may load

// A field before quotes are undone: offsets from the start of the record.
struct RawField {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool quoted = false;
};

// Finds the next delimiter, line feed or quote, 16 bytes at a time.
class Scanner {
 public:
  Scanner(const char* data, std::size_t size, char delimiter)
      : data_(data), size_(size), delimiter_(delimiter) {}

  // Offset of the first special byte at or after `from`, or the size.
  std::size_t find(std::size_t from) {
    if (from >= size_) return size_;
    if (from < block_ || from >= block_ + 16 || block_ == kNone) {
      load(from);
    } else {
      mask_ &= ~0U << (from - block_);
    }
    while (mask_ == 0) {
      if (block_ + 16 >= size_) return size_;
      load(block_ + 16);
    }
    return std::min(size_, block_ + static_cast<std::size_t>(std::countr_zero(mask_)));
  }

 private:
  static constexpr std::size_t kNone = ~std::size_t{0} - 32;

  void load(std::size_t at) {
    block_ = at;
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(data_ + at));
    const __m128i hits = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(delimiter_)),
                                                   _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n'))),
                                      _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')));
    mask_ = static_cast<unsigned>(_mm_movemask_epi8(hits));
  }

  const char* data_;
  std::size_t size_;
  char delimiter_;
  std::size_t block_ = kNone;
  unsigned mask_ = 0;
};

class CsvReader final : public RecordReader {
 public:
  CsvReader(std::unique_ptr<Source> source, const CsvOptions& options)
      : source_(std::move(source)), options_(options) {
    buffer_.resize(std::max<std::size_t>(options_.buffer_bytes, 1) + kPadding);
    skip_byte_order_mark();
    Record first;
    if (!take(first)) {
      data_error("the file is empty", {name(), 0, 0, {}},
                 options_.header ? "a table starts with a line of column names" : "");
    }
    if (options_.header) {
      header_text_ = std::string(first.text) + std::string(first.line_end);
      check_header(first);
      for (const std::string_view field : first.fields) header_.emplace_back(trimmed(field));
    } else {
      for (std::size_t i = 0; i < first.fields.size(); ++i) header_.push_back(std::to_string(i + 1));
      again_ = true;  // the first record is data: start over
    }
  }

  [[nodiscard]] const std::string& name() const override { return source_->name(); }
  [[nodiscard]] const std::vector<std::string>& header() const override { return header_; }
  [[nodiscard]] std::string_view header_text() const override { return header_text_; }
  [[nodiscard]] bool has_names() const override { return options_.header; }
  [[nodiscard]] const std::vector<std::string>& notes() const override { return notes_; }

  bool next(Record& record) override {
    if (again_) {
      again_ = false;
      position_ = record_begin_;
      line_ = record_line_;
      notes_.clear();
    }
    do {
      if (!take(record)) return false;
    } while (record.text.empty() && header_.size() > 1);
    record.number = ++number_;
    if (record.fields.size() != header_.size()) refuse_ragged(record);
    return true;
  }

  [[nodiscard]] Place place(const Record& record, std::size_t column) const override {
    Place place{name(), record.line, 1, {}};
    if (column >= raw_.size()) column = raw_.empty() ? 0 : raw_.size() - 1;
    const std::size_t at = raw_.empty() ? 0 : raw_[column].begin;
    std::size_t line_begin = 0;
    for (std::size_t i = 0; i < at; ++i) {
      if (record.text[i] == '\n') {
        ++place.line;
        line_begin = i + 1;
      }
    }
    place.column = static_cast<std::int64_t>(at - line_begin) + 1;
    const std::size_t line_end = std::min(record.text.find('\n', line_begin), record.text.size());
    place.source_line = std::string(record.text.substr(line_begin, line_end - line_begin));
    return place;
  }

 private:
  void skip_byte_order_mark() {
    while (filled_ < 3 && fill()) {
    }
    if (filled_ >= 3 && std::memcmp(buffer_.data(), "\xEF\xBB\xBF", 3) == 0) position_ = 3;
    if (filled_ >= 2 && (std::memcmp(buffer_.data(), "\xFF\xFE", 2) == 0 ||
                         std::memcmp(buffer_.data(), "\xFE\xFF", 2) == 0)) {
      data_error("the text is UTF-16, not UTF-8", {name(), 1, 1, {}}, "convert it: iconv -f UTF-16 -t UTF-8");
    }
  }

  // Reads more bytes behind those of the record being read, which is moved to the front.
  bool fill() {
    if (ended_) return false;
    if (position_ > 0 && filled_ + kPadding >= buffer_.size()) {
      std::memmove(buffer_.data(), buffer_.data() + position_, filled_ - position_);
      filled_ -= position_;
      position_ = 0;
    }
    if (filled_ + kPadding >= buffer_.size()) buffer_.resize((buffer_.size() - kPadding) * 2 + kPadding);
    const std::size_t got = source_->read(buffer_.data() + filled_, buffer_.size() - kPadding - filled_);
    filled_ += got;
    ended_ = got == 0;
    return !ended_;
  }

  // More bytes for a record that is not whole: as many as come, but for a long one as many again as there
  // are, so that it is scanned a few times only.
  void fill_for_record() {
    constexpr std::size_t kLong = 64 * 1024;
    const std::size_t had = filled_ - position_;
    const std::size_t wanted = had < kLong ? had + 1 : 2 * had;
    while (filled_ - position_ < wanted && fill()) {
    }
  }

  // The next record of any width; false at the end. A record that is not whole in the buffer is scanned again
  // after more bytes have come, so that one loop serves every buffer size.
  bool take(Record& record) {
    while (position_ == filled_) {
      if (!fill()) return false;
    }
    std::size_t end = 0;
    while (!scan(end)) {
      if (ended_) {
        finish_last_record(end);
        break;
      }
      fill_for_record();
    }
    const char* data = buffer_.data() + position_;
    const bool has_newline = position_ + end < filled_;
    const bool carriage = end > 0 && data[end - 1] == '\r' && !raw_.back().quoted;
    const bool carriage_after_quote = end > 0 && data[end - 1] == '\r' && raw_.back().quoted;
    const std::size_t text_end = carriage || carriage_after_quote ? end - 1 : end;
    if (carriage) raw_.back().end = std::max(raw_.back().begin, text_end);
    record.text = {data, text_end};
    record.line_end = {data + text_end, end - text_end + (has_newline ? 1 : 0)};
    record.line = line_;
    undo_quotes(record);
    record_begin_ = position_;
    record_line_ = line_;
    line_ += 1 + newlines_inside_;
    position_ += end + (has_newline ? 1 : 0);
    return true;
  }

  // Splits the record that starts at position_; false if its end is not in the buffer. `end` is the offset of
  // its line feed from position_.
  bool scan(std::size_t& end) {
    const char* data = buffer_.data() + position_;
    const std::size_t size = filled_ - position_;
    Scanner scanner(data, size, options_.delimiter);
    raw_.clear();
    newlines_inside_ = 0;
    std::size_t begin = 0;
    for (std::size_t at = 0;;) {
      at = scanner.find(at);
      if (at == size) break;
      if (data[at] == '"') {
        if (at != begin) {  // a quote inside a field that does not begin with one stands for itself
          ++at;
          continue;
        }
        if (!skip_quoted(data, size, at)) break;
        raw_.push_back({begin, at, true});
        if (at == size) break;
        if (data[at] == '\r' && at + 1 == size) break;
        if (data[at] == '\r' && data[at + 1] == '\n') ++at;
      } else {
        raw_.push_back({begin, at, false});
      }
      if (data[at] == '\n') {
        end = at;
        return true;
      }
      if (data[at] != options_.delimiter) refuse_after_quote(at);
      begin = ++at;
    }
    unfinished_begin_ = begin;
    return false;
  }

  // From the opening quote at `at` to behind the closing one; false if that is not in the buffer (or might
  // not be: a quote at the very end could be the first of two).
  bool skip_quoted(const char* data, std::size_t size, std::size_t& at) {
    for (std::size_t i = at + 1; i < size; ++i) {
      if (data[i] == '\n') ++newlines_inside_;
      if (data[i] != '"') continue;
      if (i + 1 < size && data[i + 1] == '"') {
        ++i;
        continue;
      }
      if (i + 1 == size && !ended_) return false;
      at = i + 1;
      return true;
    }
    return false;
  }

  // The file ended inside the record: without a last newline, or inside quotes.
  void finish_last_record(std::size_t& end) {
    const char* data = buffer_.data() + position_;
    end = filled_ - position_;
    const bool open_field = raw_.empty() || !raw_.back().quoted || raw_.back().begin != unfinished_begin_;
    if (open_field) {
      if (unfinished_begin_ < end && data[unfinished_begin_] == '"') {
        data_error("a quoted field that starts here is never closed", place_in_record(unfinished_begin_),
                   "double a quote inside a quoted field, and close the field with one");
      }
      raw_.push_back({unfinished_begin_, end, false});
    }
    notes_.push_back(name() + ": the last line has no newline; it was read as a whole line");
  }

  void undo_quotes(Record& record) {
    const char* data = record.text.data();
    record.fields.resize(raw_.size());
    std::size_t unquoted = 0;
    for (const RawField& field : raw_) unquoted += field.quoted ? field.end - field.begin : 0;
    unquoted_.resize(unquoted);  // before any view into it is taken
    char* out = unquoted_.data();
    for (std::size_t i = 0; i < raw_.size(); ++i) {
      const RawField& field = raw_[i];
      if (!field.quoted) {
        record.fields[i] = {data + field.begin, field.end - field.begin};
        continue;
      }
      const char* start = out;
      for (std::size_t j = field.begin + 1; j + 1 < field.end; ++j) {
        *out++ = data[j];
        if (data[j] == '"') ++j;
      }
      record.fields[i] = {start, static_cast<std::size_t>(out - start)};
    }
  }

  void check_header(const Record& record) const {
    const std::vector<std::string_view>& fields = record.fields;
    if (fields.size() == 1 && !raw_[0].quoted) {
      const std::size_t other = fields[0].find_first_of(options_.delimiter == ',' ? ";\t" : ",;\t");
      if (other != std::string_view::npos) {
        const char found = fields[0][other];
        Place at = place(record, 0);
        at.column = static_cast<std::int64_t>(other) + 1;
        data_error(std::string("the header is one column that holds ") +
                       (found == '\t' ? "tabs" : std::string("'") + found + "'"),
                   at,
                   std::string("if that is the delimiter, say so: -d '") +
                       (found == '\t' ? "\\t" : std::string(1, found)) + "'");
      }
    }
    const bool all_numbers = std::all_of(fields.begin(), fields.end(), [](std::string_view field) {
      float number = 0;
      return parse_number(field, number) == NumberStatus::ok;
    });
    if (all_numbers) {
      data_error("the header consists of numbers only, so it looks like data", place(record, 0),
                 "add a line of column names, or pass --no-header (-n) if the first line is data");
    }
    std::unordered_map<std::string_view, std::size_t> seen;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const std::string_view field = trimmed(fields[i]);
      if (field.empty())
        data_error("column " + std::to_string(i + 1) + " has no name", place(record, i),
                   "name it in the header");
      const auto [earlier, is_new] = seen.emplace(field, i);
      if (!is_new) {
        data_error("two columns are called '" + std::string(field) +
                       "': " + std::to_string(earlier->second + 1) + " and " + std::to_string(i + 1),
                   place(record, i), "column names must be unique; rename one in the header");
      }
    }
  }

  [[noreturn]] void refuse_ragged(const Record& record) const {
    const bool fewer = record.fields.size() < header_.size();
    Place at = place(record, fewer ? record.fields.size() - 1 : header_.size());
    data_error("expected " + std::to_string(header_.size()) + " fields as in the " +
                   (options_.header ? "header" : "first row") + ", found " +
                   std::to_string(record.fields.size()),
               at,
               fewer ? "a field is missing, or a quote or line end is in the wrong place"
                     : "a field holds the delimiter without quotes, or there is one field too many");
  }

  [[noreturn]] void refuse_after_quote(std::size_t at) {
    data_error("text after the closing quote of a field", place_in_record(at),
               "a quote inside a quoted field is written twice");
  }

  // The place of a byte of the record that is being scanned, with its line as far as kShown bytes behind it.
  Place place_in_record(std::size_t at) {
    constexpr std::size_t kShown = 4096;
    while (filled_ - position_ < at + kShown && buffer_.find('\n', position_ + at) >= filled_ && fill()) {
    }
    const std::string_view record(buffer_.data() + position_, std::min(filled_ - position_, at + kShown));
    const std::string_view before = record.substr(0, at);
    const std::size_t line_begin = before.rfind('\n') + 1;  // npos + 1 is 0
    const std::int64_t lines = std::count(before.begin(), before.end(), '\n');
    const std::size_t line_end = std::min(record.find('\n', at), record.size());
    return {name(), line_ + lines, static_cast<std::int64_t>(at - line_begin) + 1,
            std::string(record.substr(line_begin, line_end - line_begin))};
  }

  std::unique_ptr<Source> source_;
  CsvOptions options_;
  std::vector<std::string> header_;
  std::string header_text_;
  std::vector<std::string> notes_;

  std::string buffer_;        // [position_, filled_) is not yet consumed
  std::size_t position_ = 0;  // where the next record begins
  std::size_t filled_ = 0;
  bool ended_ = false;

  std::vector<RawField> raw_;
  std::size_t unfinished_begin_ = 0;
  std::string unquoted_;
  std::int64_t newlines_inside_ = 0;
  std::int64_t line_ = 1;
  std::int64_t number_ = 0;

  bool again_ = false;  // hand out the record at record_begin_ once more
  std::size_t record_begin_ = 0;
  std::int64_t record_line_ = 1;
};

}  // namespace

std::unique_ptr<RecordReader> open_csv(std::unique_ptr<Source> source, const CsvOptions& options) {
  return std::make_unique<CsvReader>(std::move(source), options);
}

void append_csv_field(std::string& out, std::string_view field, char delimiter) {
  const bool plain = field.find('"') == std::string_view::npos &&
                     field.find(delimiter) == std::string_view::npos &&
                     field.find('\n') == std::string_view::npos && field.find('\r') == std::string_view::npos;
  if (plain) {
    out += field;
    return;
  }
  out += '"';
  for (const char c : field) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

}  // namespace nearfar
