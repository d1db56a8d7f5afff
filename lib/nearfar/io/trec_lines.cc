#include "nearfar/io/trec_lines.h"

#include <utility>

#include "nearfar/core/text.h"
#include "nearfar/io/lines.h"

namespace nearfar {
namespace {

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

class TrecReader final : public RecordReader {
 public:
  TrecReader(std::unique_ptr<Source> source, std::vector<std::string> columns, bool more_allowed,
             std::string what)
      : lines_(std::move(source)),
        columns_(std::move(columns)),
        more_allowed_(more_allowed),
        what_(std::move(what)) {}

  [[nodiscard]] const std::string& name() const override { return lines_.name(); }
  [[nodiscard]] const std::vector<std::string>& header() const override { return columns_; }
  [[nodiscard]] std::string_view header_text() const override { return {}; }
  [[nodiscard]] bool has_names() const override { return true; }
  [[nodiscard]] const std::vector<std::string>& notes() const override { return lines_.notes(); }

  [[nodiscard]] std::size_t take(std::span<Record> records) override {
    std::size_t taken = 0;
    while (taken < records.size() && take_line(records[taken], taken == 0))
      records[taken++].number = ++number_;
    return taken;
  }

  void split(Record& record) const override {
    record.fields.clear();
    const std::string_view text = record.text;
    for (std::size_t at = 0;;) {
      while (at < text.size() && is_blank(text[at])) ++at;
      if (at == text.size()) break;
      const std::size_t begin = at;
      while (at < text.size() && !is_blank(text[at])) ++at;
      record.fields.push_back(text.substr(begin, at - begin));
      if (more_allowed_ && record.fields.size() == columns_.size()) return;
    }
    if (record.fields.size() == columns_.size()) return;
    std::string expected;
    for (const std::string& column : columns_) expected += (expected.empty() ? "" : " ") + column;
    constexpr std::size_t kOfBoth = 10;  // fields of a judgement and of a run
    const bool the_other = columns_.size() + record.fields.size() == kOfBoth;
    data_error(
        "expected the " + counted(std::ssize(columns_), "field") + " of a " + what_ + " (" + expected +
            "), found " + std::to_string(record.fields.size()),
        {name(), record.line, 0, std::string(text)},
        the_other ? "judgements have 4 fields and are named with --qrels, a run has 6 and is named with --run"
                  : "separate the fields by blanks or tabs; an id has none inside");
  }

  [[nodiscard]] Place place(const Record& record, std::size_t column) const override {
    const auto at = record.fields[column].data() - record.text.data();
    return {name(), record.line, at + 1, std::string(record.text)};
  }

 private:
  // The next line that is neither blank nor a comment.
  bool take_line(Record& record, bool may_fill) {
    Lines::Line line;
    do {
      if (!lines_.next(line, may_fill)) return false;
    } while (line.text.starts_with('#') || trimmed(line.text).empty());
    record.text = line.text;
    record.line_end = line.line_end;
    record.line = line.number;
    return true;
  }

  Lines lines_;
  std::vector<std::string> columns_;
  bool more_allowed_;
  std::string what_;
  std::int64_t number_ = 0;
};

}  // namespace

std::unique_ptr<RecordReader> open_trec(std::unique_ptr<Source> source, std::vector<std::string> columns,
                                        bool more_allowed, std::string what) {
  return std::make_unique<TrecReader>(std::move(source), std::move(columns), more_allowed, std::move(what));
}

}  // namespace nearfar
