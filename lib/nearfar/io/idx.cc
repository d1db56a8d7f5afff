#include "nearfar/io/idx.h"

#include <limits>
#include <optional>

#include "nearfar/core/error.h"
#include "nearfar/core/text.h"
#include "nearfar/io/raw_rows.h"

namespace nearfar {
namespace {

constexpr unsigned char kFloat = 0x0D;

[[noreturn]] void refuse(const Source& source, const std::string& why) {
  data_error("not a usable idx file: " + why, {source.name(), 0, 0, {}},
             "was it cut, or is it of another format? copy it again, or say what it is with --input-format");
}

std::optional<ElementType> element_type(unsigned char code) {
  using Kind = ElementType::Kind;
  switch (code) {
    case 0x08:
      return ElementType{Kind::unsigned_integer, 1, true};
    case 0x09:
      return ElementType{Kind::signed_integer, 1, true};
    case 0x0B:
      return ElementType{Kind::signed_integer, 2, true};
    case 0x0C:
      return ElementType{Kind::signed_integer, 4, true};
    case kFloat:
      return ElementType{Kind::floating, 4, true};
    case 0x0E:
      return ElementType{Kind::floating, 8, true};
    default:
      return std::nullopt;
  }
}

void read_exactly(Source& source, unsigned char* to, std::size_t size) {
  for (std::size_t got = 0; got < size;) {
    const std::size_t now = source.read(reinterpret_cast<char*>(to) + got, size - got);
    if (now == 0) refuse(source, "the file ends inside the header");
    got += now;
  }
}

struct IdxHeader {
  ElementType element;
  std::vector<std::int64_t> sizes;
};

IdxHeader read_header(Source& source) {
  if (source.peek(1).empty()) refuse_empty(source.name());
  unsigned char start[4];
  read_exactly(source, start, sizeof start);
  if (start[0] != 0 || start[1] != 0) refuse(source, "it does not begin with two zero bytes");
  const std::optional<ElementType> element = element_type(start[2]);
  if (!element) refuse(source, "unknown type code " + std::to_string(start[2]) + " in its third byte");
  IdxHeader header{*element, {}};
  for (int d = 0; d < start[3]; ++d) {
    unsigned char size[4];
    read_exactly(source, size, sizeof size);
    header.sizes.push_back(std::int64_t{size[0]} << 24U | size[1] << 16U | size[2] << 8U | size[3]);
  }
  return header;
}

RawLayout layout_of(const IdxHeader& header, const std::string& file) {
  return {header.element, flat_shape(header.sizes, "idx file", file), {}};
}

class IdxLabels final : public RecordReader {
 public:
  explicit IdxLabels(std::unique_ptr<Source> source) : source_(std::move(source)) {
    const IdxHeader header = read_header(*source_);
    if (header.sizes.size() != 1) {
      refuse(*source_, "labels have one dimension, this file has " + std::to_string(header.sizes.size()));
    }
    if (header.element.kind == ElementType::Kind::floating)
      refuse(*source_, "labels are whole numbers, this file has floating-point values");
    element_ = header.element;
    rows_.emplace(*source_, "idx file", layout_of(header, source_->name()));
  }

  [[nodiscard]] const std::string& name() const override { return source_->name(); }
  [[nodiscard]] const std::vector<std::string>& header() const override { return header_; }
  [[nodiscard]] std::string_view header_text() const override { return {}; }
  [[nodiscard]] bool has_names() const override { return false; }
  [[nodiscard]] const std::vector<std::string>& notes() const override { return notes_; }

  [[nodiscard]] std::size_t take(std::span<Record> records) override {
    if (next_ == count_) {
      constexpr std::int64_t kBlock = 65536;
      count_ = kBlock;
      next_ = 0;
      stored_ = rows_->read_stored(count_);
      if (count_ == 0) return 0;
    }
    text_ =
        std::to_string(to_integer(element_, stored_ + static_cast<std::size_t>(next_++) * element_.bytes));
    records[0].text = text_;
    records[0].line_end = "\n";
    records[0].number = ++number_;
    records[0].line = 0;
    return 1;
  }
  void split(Record& record) const override { record.fields.assign(1, record.text); }
  [[nodiscard]] Place place(const Record&, std::size_t) const override { return {name(), 0, 0, {}}; }

 private:
  std::unique_ptr<Source> source_;
  std::optional<RawRows> rows_;
  std::vector<std::string> header_{"label"};
  std::vector<std::string> notes_;
  ElementType element_;
  const unsigned char* stored_ = nullptr;  // a block of labels
  std::int64_t count_ = 0;
  std::int64_t next_ = 0;
  std::int64_t number_ = 0;
  std::string text_;
};

void append_big_endian(std::string& out, std::int64_t size) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(size >> shift & 0xFF);
}

}  // namespace

std::unique_ptr<MatrixReader> open_idx(std::unique_ptr<Source> source) {
  RawLayout layout = layout_of(read_header(*source), source->name());
  return std::make_unique<RawMatrixReader>(std::move(source), "idx file", std::move(layout));
}

std::unique_ptr<RecordReader> open_idx_labels(std::unique_ptr<Source> source) {
  return std::make_unique<IdxLabels>(std::move(source));
}

std::string idx_header(std::int64_t rows, std::int64_t cols) {
  if (rows > std::numeric_limits<std::uint32_t>::max() || cols > std::numeric_limits<std::uint32_t>::max())
    data_error("an idx file cannot have " + counted(rows, "row"), {}, "write npy");
  std::string header{'\0', '\0', static_cast<char>(kFloat), '\x02'};
  append_big_endian(header, rows);
  append_big_endian(header, cols);
  return header;
}

}  // namespace nearfar
