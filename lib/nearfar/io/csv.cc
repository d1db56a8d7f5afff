#include "nearfar/io/csv.h"

#include <algorithm>
#include <cstring>

#include "nearfar/core/text.h"
#include "nearfar/io/csv_header.h"
#include "nearfar/io/csv_record.h"
#include "nearfar/io/lines.h"

namespace nearfar {
namespace {

class CsvReader final : public RecordReader {
 public:
  CsvReader(std::unique_ptr<Source> source, const CsvOptions& options)
      : source_(std::move(source)), options_(options), end_(options.delimiter) {
    grow(std::max<std::size_t>(options_.buffer_bytes, 1));
    skip_byte_order_mark();
    Record first;
    if (!take_one(first, true)) {
      refuse_empty(name());
    }
    split_fields(first);
    refuse_other_text(first);
    if (options_.header) {
      header_text_ = std::string(first.text) + std::string(first.line_end);
      check_csv_header(first.fields, first.text.starts_with('"'), options_.delimiter,
                       [&](std::size_t i) { return place(first, i); });
      if (const std::string doubt = doubt_of_csv_header(first.fields); !doubt.empty())
        notes_.push_back(name() + ": " + doubt);
      for (const std::string_view field : first.fields) header_.emplace_back(trimmed(field));
    } else {
      for (std::size_t i = 0; i < first.fields.size(); ++i) header_.push_back(std::to_string(i + 1));
      position_ = static_cast<std::size_t>(first.text.data() - buffer_.get());  // it is data: start over
      line_ = 1;
      notes_.clear();
    }
  }

  [[nodiscard]] const std::string& name() const override { return source_->name(); }
  [[nodiscard]] const std::vector<std::string>& header() const override { return header_; }
  [[nodiscard]] std::string_view header_text() const override { return header_text_; }
  [[nodiscard]] bool has_names() const override { return options_.header; }
  [[nodiscard]] const std::vector<std::string>& notes() const override { return notes_; }

  [[nodiscard]] std::size_t take(std::span<Record> records) override {
    std::size_t taken = 0;
    while (taken < records.size()) {
      Record& record = records[taken];
      if (!take_one(record, taken == 0)) break;
      if (record.text.empty() && header_.size() > 1) continue;  // a blank line
      record.number = ++number_;
      ++taken;
    }
    return taken;
  }

  void split(Record& record) const override {
    std::size_t count = 0;
    if (record.text.find('"') == std::string_view::npos) {
      record.fields.resize(header_.size());
      count = split_unquoted(record.text, options_.delimiter, record.fields);
    } else {
      split_fields(record);
      count = record.fields.size();
    }
    if (count != header_.size()) refuse_ragged(record, count);
  }

  [[nodiscard]] Place place(const Record& record, std::size_t column) const override {
    std::vector<CsvField> fields;
    (void)split_csv(record.text, options_.delimiter, fields);
    return place_at(record, fields[std::min(column, fields.size() - 1)].begin);
  }

 private:
  void skip_byte_order_mark() {
    const std::string_view start = source_->peek(3);
    if (start.starts_with("\xFF\xFE") || start.starts_with("\xFE\xFF"))
      data_error("the text is UTF-16, not UTF-8", {name(), 1, 1, {}}, "convert it: iconv -f UTF-16 -t UTF-8");
    if (start != "\xEF\xBB\xBF") return;
    char mark[3];
    for (std::size_t got = 0; got < sizeof mark;) got += source_->read(mark + got, sizeof mark - got);
  }

  void grow(std::size_t size) {
    auto larger =
        std::make_unique_for_overwrite<char[]>(size);  // memory that is never filled is never touched
    std::copy_n(buffer_.get(), filled_, larger.get());
    buffer_ = std::move(larger);
    size_ = size;
  }

  // Moves what has not been taken to the front of the buffer, which grows when that fills it, and fills it
  // up. False at the end of the file.
  bool fill() {
    if (position_ > 0) std::memmove(buffer_.get(), buffer_.get() + position_, filled_ - position_);
    filled_ -= position_;
    position_ = 0;
    if (filled_ == size_) grow(2 * size_);
    const std::size_t had = filled_;
    while (!ended_ && filled_ < size_) {
      const std::size_t got = source_->read(buffer_.get() + filled_, size_ - filled_);
      filled_ += got;
      ended_ = got == 0;
    }
    return filled_ > had;
  }

  // The next record of any width, without fields. False at the end, and, unless `may_fill`, when it is not
  // whole in the buffer.
  bool take_one(Record& record, bool may_fill) {
    while (!end_.find({buffer_.get() + position_, filled_ - position_}, ended_)) {
      if (ended_) break;
      if (!may_fill) return false;
      if (filled_ - position_ > kLongestRecord) refuse_long();
      (void)fill();
    }
    const std::string_view rest(buffer_.get() + position_, filled_ - position_);
    if (rest.empty()) return false;
    std::size_t size = end_.end();
    if (size == rest.size()) {  // no line feed: the file ended
      if (end_.inside_quotes()) refuse_open_quote("is never closed");
      notes_.push_back(name() + ": the last line has no newline; it was read as a whole line");
    }
    const std::size_t text_size = size > 0 && rest[size - 1] == '\r' ? size - 1 : size;
    size = std::min(size + 1, rest.size());
    record.text = rest.substr(0, text_size);
    record.line_end = rest.substr(text_size, size - text_size);
    record.line = line_;
    line_ += 1 + end_.lines_inside();
    position_ += size;
    end_ = CsvRecordEnd(options_.delimiter);
    return true;
  }

  // Splits a record of any width.
  void split_fields(Record& record) const {
    std::vector<CsvField> fields;
    const std::size_t fault = split_csv(record.text, options_.delimiter, fields);
    if (fault != std::string_view::npos) {
      data_error("text after the closing quote of a field", place_at(record, fault),
                 "a quote inside a quoted field is written twice");
    }
    record.fields.resize(fields.size());
    record.undone.clear();
    record.undone.reserve(record.text.size());  // so that views into it stay good
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const std::string_view field = record.text.substr(fields[i].begin, fields[i].end - fields[i].begin);
      const std::size_t start = record.undone.size();
      if (fields[i].quoted) undo_quotes(field, record.undone);
      record.fields[i] = fields[i].quoted
                             ? std::string_view(record.undone.data() + start, record.undone.size() - start)
                             : field;
    }
  }

  // The place of a byte of a record, with its line.
  [[nodiscard]] Place place_at(const Record& record, std::size_t at) const {
    const std::string_view before = record.text.substr(0, at);
    const std::size_t line_begin = before.rfind('\n') + 1;  // npos + 1 is 0
    const std::size_t line_end = std::min(record.text.find('\n', at), record.text.size());
    return {name(), record.line + std::count(before.begin(), before.end(), '\n'),
            static_cast<std::int64_t>(at - line_begin) + 1,
            std::string(record.text.substr(line_begin, line_end - line_begin))};
  }

  // What is no UTF-8 text with lines shows in the first one: lines that end in carriage returns alone would
  // all be part of it, and UTF-16 without a byte-order mark has zero bytes.
  void refuse_other_text(const Record& first) const {
    if (const std::size_t zero = first.text.find('\0'); options_.header && zero != std::string_view::npos) {
      data_error("a zero byte in the header", {name(), 1, static_cast<std::int64_t>(zero) + 1, {}},
                 "is this a text file? UTF-16 is converted by: iconv -f UTF-16LE -t UTF-8");
    }
    const std::size_t at = first.text.find('\r');
    if (at == std::string_view::npos || first.text.find('"') != std::string_view::npos) return;
    Place place{name(), 1, static_cast<std::int64_t>(at) + 1, std::string(first.text.substr(0, at))};
    data_error("a carriage return without a line feed", place,
               "if the lines end in carriage returns, convert them: tr '\\r' '\\n'");
  }

  [[noreturn]] void refuse_ragged(const Record& record, std::size_t count) const {
    const bool fewer = count < header_.size();
    data_error("expected " + counted(static_cast<std::int64_t>(header_.size()), "field") + " as in the " +
                   (options_.header ? "header" : "first row") + ", found " + std::to_string(count),
               place(record, fewer ? count - 1 : header_.size()),
               fewer ? "a field is missing, or a quote or line end is in the wrong place"
                     : "a field holds the delimiter without quotes, or there is one field too many");
  }

  [[noreturn]] void refuse_open_quote(const std::string& what) const {
    constexpr std::size_t kShown = 4096;  // of the bytes behind the quote
    Record record;
    record.text = {buffer_.get() + position_, std::min(filled_ - position_, end_.open_quote() + kShown)};
    record.line = line_;
    data_error("a quoted field that starts here " + what, place_at(record, end_.open_quote()),
               "double a quote inside a quoted field, and close the field with one");
  }

  [[noreturn]] void refuse_long() const {
    const std::string size = std::to_string(kLongestRecord >> 20U) + " MiB";
    if (end_.inside_quotes()) refuse_open_quote("is not closed within " + size);
    data_error("a line of more than " + size, {name(), line_, 0, {}}, "is this a text file?");
  }

  std::unique_ptr<Source> source_;
  CsvOptions options_;
  std::string header_text_;
  std::vector<std::string> header_;
  std::vector<std::string> notes_;

  std::unique_ptr<char[]> buffer_;  // [position_, filled_) has been read and not been taken
  std::size_t size_ = 0;
  std::size_t position_ = 0;
  std::size_t filled_ = 0;
  bool ended_ = false;
  CsvRecordEnd end_;  // of the record at position_
  std::int64_t line_ = 1;
  std::int64_t number_ = 0;
};

}  // namespace

std::unique_ptr<RecordReader> open_csv(std::unique_ptr<Source> source, const CsvOptions& options) {
  return std::make_unique<CsvReader>(std::move(source), options);
}

void append_csv_field(std::string& out, std::string_view field, char delimiter) {
  const char special[] = {'"', delimiter, '\n', '\r'};
  if (field.find_first_of(std::string_view(special, sizeof special)) == std::string_view::npos) {
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
