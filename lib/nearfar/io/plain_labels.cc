#include "nearfar/io/plain_labels.h"

#include "nearfar/io/lines.h"

namespace nearfar {
namespace {

class PlainLabels final : public RecordReader {
 public:
  explicit PlainLabels(std::unique_ptr<Source> source) : lines_(std::move(source)) {}

  [[nodiscard]] const std::string& name() const override { return lines_.name(); }
  [[nodiscard]] const std::vector<std::string>& header() const override { return header_; }
  [[nodiscard]] std::string_view header_text() const override { return {}; }
  [[nodiscard]] bool has_names() const override { return false; }
  [[nodiscard]] const std::vector<std::string>& notes() const override { return lines_.notes(); }

  [[nodiscard]] std::size_t take(std::span<Record> records) override {
    std::size_t taken = 0;
    Lines::Line line;
    for (; taken < records.size() && lines_.next(line, taken == 0); ++taken) {
      records[taken].text = line.text;
      records[taken].line_end = line.line_end;
      records[taken].number = records[taken].line = line.number;
    }
    return taken;
  }
  void split(Record& record) const override {
    if (const std::size_t tab = record.text.find('\t'); tab != std::string_view::npos) {
      data_error("expected one label per line, found a tab",
                 {name(), record.line, static_cast<std::int64_t>(tab) + 1, std::string(record.text)},
                 "a table beside a matrix has a header and a name that ends in .csv or .tsv");
    }
    record.fields.assign(1, record.text);
  }
  [[nodiscard]] Place place(const Record& record, std::size_t) const override {
    return {name(), record.line, 1, std::string(record.text)};
  }

 private:
  Lines lines_;
  std::vector<std::string> header_{"label"};
};

}  // namespace

std::unique_ptr<RecordReader> open_plain_labels(std::unique_ptr<Source> source) {
  return std::make_unique<PlainLabels>(std::move(source));
}

}  // namespace nearfar
