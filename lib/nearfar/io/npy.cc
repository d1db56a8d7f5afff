#include "nearfar/io/npy.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "nearfar/core/error.h"
#include "nearfar/core/text.h"

namespace nearfar {
namespace {

static_assert(std::endian::native == std::endian::little,
              "npy values are read on little-endian machines only");

constexpr std::size_t kHeaderLimit = 65536;
constexpr std::int64_t kMostColumns = std::int64_t{1}
                                      << 24U;  // a row of more values is a mistake in the header

struct Layout {
  char kind = 'f';  // b, i, u, f
  std::size_t bytes = 4;
  bool big_endian = false;
  std::vector<std::int64_t> shape;
};

// A reader for the Python dictionary of the header: {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4),
// }
class HeaderParser {
 public:
  HeaderParser(std::string_view text, const std::string& file) : text_(text), file_(file) {}

  Layout parse() {
    Layout layout;
    bool descr = false;
    bool order = false;
    bool shape = false;
    expect('{');
    while (!accept('}')) {
      const std::string key = quoted();
      expect(':');
      if (key == "descr" && !descr) {
        descr = true;
        read_type(layout);
      } else if (key == "fortran_order" && !order) {
        order = true;
        if (word() == "True") {
          refuse("the values are in Fortran order",
                 "save it with numpy.save(file, numpy.ascontiguousarray(x))");
        }
      } else if (key == "shape" && !shape) {
        shape = true;
        read_shape(layout);
      } else {
        refuse("unexpected key '" + key + "' in the header");
      }
      if (!accept(',')) {
        expect('}');
        break;
      }
    }
    if (!descr || !order || !shape) refuse("the header lacks descr, fortran_order or shape");
    return layout;
  }

 private:
  [[noreturn]] void refuse(const std::string& why, const std::string& advice = {}) const {
    data_error("not a usable .npy file: " + why, {file_, 0, 0, {}}, advice);
  }
  void skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
  }
  bool accept(char c) {
    skip_blanks();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    if (!accept(c)) refuse(std::string("expected '") + c + "' in the header");
  }
  std::string quoted() {
    skip_blanks();
    const char quote = at_ < text_.size() ? text_[at_] : '\0';
    if (quote != '\'' && quote != '"') refuse("expected a quoted word in the header");
    const std::size_t end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos) refuse("a quote in the header is not closed");
    std::string result(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    return result;
  }
  std::string word() {
    skip_blanks();
    const std::size_t begin = at_;
    while (at_ < text_.size() &&
           ((text_[at_] >= 'a' && text_[at_] <= 'z') || (text_[at_] >= 'A' && text_[at_] <= 'Z')))
      ++at_;
    std::string result(text_.substr(begin, at_ - begin));
    if (result != "True" && result != "False") refuse("fortran_order is neither True nor False");
    return result;
  }
  void read_type(Layout& layout) {
    skip_blanks();
    if (at_ < text_.size() && text_[at_] == '[')
      refuse("the array has named fields", "save a plain array of numbers");
    const std::string type = quoted();
    const bool known = type.size() == 3 && std::string_view("<>|=").find(type[0]) != std::string_view::npos &&
                       ((type[1] == 'f' && (type[2] == '2' || type[2] == '4' || type[2] == '8')) ||
                        ((type[1] == 'i' || type[1] == 'u') &&
                         std::string_view("1248").find(type[2]) != std::string_view::npos) ||
                        (type[1] == 'b' && type[2] == '1'));
    if (!known)
      refuse("values of type '" + type + "'", "save it as float32: numpy.save(file, x.astype('f4'))");
    layout.big_endian = type[0] == '>';
    layout.kind = type[1];
    layout.bytes = static_cast<std::size_t>(type[2] - '0');
  }
  void read_shape(Layout& layout) {
    expect('(');
    while (!accept(')')) {
      skip_blanks();
      const std::size_t begin = at_;
      while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
      const std::optional<std::int64_t> size = parse_integer(text_.substr(begin, at_ - begin));
      if (!size) refuse("the shape in the header is not a tuple of whole numbers");
      layout.shape.push_back(*size);
      if (!accept(',')) {
        expect(')');
        break;
      }
    }
    if (layout.shape.empty() || layout.shape.size() > 4) {
      refuse("an array of " + std::to_string(layout.shape.size()) + " dimensions; 1 to 4 can be read");
    }
  }

  std::string_view text_;
  const std::string& file_;
  std::size_t at_ = 0;
};

float half_to_float(std::uint16_t bits) {
  const int exponent = (bits >> 10U) & 31U;
  const int fraction = bits & 1023U;
  double value = 0;
  if (exponent == 31) {
    value =
        fraction == 0 ? std::numeric_limits<double>::infinity() : std::numeric_limits<double>::quiet_NaN();
  } else {
    value = exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
  }
  return static_cast<float>((bits & 0x8000U) != 0 ? -value : value);
}

template <class T>
T load(const unsigned char* bytes, bool big_endian) {
  unsigned char copy[sizeof(T)];
  std::memcpy(copy, bytes, sizeof(T));
  if (big_endian) std::reverse(copy, copy + sizeof(T));
  T value;
  std::memcpy(&value, copy, sizeof(T));
  return value;
}

double load_value(const Layout& layout, const unsigned char* p) {
  const bool swap = layout.big_endian;
  switch (layout.kind) {
    case 'f':
      if (layout.bytes == 2) return half_to_float(load<std::uint16_t>(p, swap));
      return layout.bytes == 4 ? load<float>(p, swap) : load<double>(p, swap);
    case 'i':
      if (layout.bytes == 1) return load<std::int8_t>(p, swap);
      if (layout.bytes == 2) return load<std::int16_t>(p, swap);
      return layout.bytes == 4 ? load<std::int32_t>(p, swap)
                               : static_cast<double>(load<std::int64_t>(p, swap));
    default:
      if (layout.bytes == 1) return *p;
      if (layout.bytes == 2) return load<std::uint16_t>(p, swap);
      return layout.bytes == 4 ? load<std::uint32_t>(p, swap)
                               : static_cast<double>(load<std::uint64_t>(p, swap));
  }
}

class NpyReader final : public MatrixReader {
 public:
  explicit NpyReader(std::unique_ptr<Source> source) : source_(std::move(source)) {
    unsigned char start[12];
    read_exactly(start, 8, "the header");
    if (std::memcmp(start, "\x93NUMPY", 6) != 0) refuse("it does not begin with the magic bytes of .npy");
    if (start[6] < 1 || start[6] > 3)
      refuse("format version " + std::to_string(start[6]) + "; 1 to 3 can be read");
    const std::size_t length_bytes = start[6] == 1 ? 2 : 4;
    read_exactly(start + 8, length_bytes, "the header");
    const std::size_t length =
        start[6] == 1 ? load<std::uint16_t>(start + 8, false) : load<std::uint32_t>(start + 8, false);
    if (length > kHeaderLimit) refuse("a header of " + std::to_string(length) + " bytes");
    std::string header(length, '\0');
    read_exactly(reinterpret_cast<unsigned char*>(header.data()), length, "the header");
    layout_ = HeaderParser(header, name()).parse();
    rows_ = layout_.shape[0];
    for (std::size_t i = 1; i < layout_.shape.size(); ++i) {
      const std::int64_t size = layout_.shape[i];
      if (size > 0 && cols_ > kMostColumns / size)
        refuse("rows of more than " + grouped(kMostColumns) + " values");
      cols_ *= size;
    }
    if (cols_ > 0 && rows_ > std::numeric_limits<std::int64_t>::max() / 64 / cols_)
      refuse("a shape too large for any file");
    if (cols_ == 0) refuse("the array has no columns");
  }

  [[nodiscard]] const std::string& name() const override { return source_->name(); }
  [[nodiscard]] std::int64_t rows() const override { return rows_; }
  [[nodiscard]] std::int64_t cols() const override { return cols_; }
  [[nodiscard]] bool is_bytes() const override { return layout_.kind == 'u' && layout_.bytes == 1; }

  std::int64_t read(Matrix& block, std::int64_t count) override {
    count = std::min(count, rows_ - done_);
    // Not more at a time than a few MB, so that a header that lies about the shape allocates nothing.
    const std::int64_t row_bytes = cols_ * static_cast<std::int64_t>(layout_.bytes);
    const std::int64_t step = std::max<std::int64_t>(1, (std::int64_t{1} << 20U) / row_bytes);
    for (std::int64_t taken = 0; taken < count; taken += step) {
      const std::int64_t rows = std::min(step, count - taken);
      read_rows(static_cast<std::size_t>(rows * row_bytes), row_bytes);
      append_rows(block, rows);
    }
    if (done_ == rows_ && !checked_end_) {
      checked_end_ = true;
      if (!source_->peek(1).empty())
        refuse("there are bytes after the last of its " + grouped(rows_) + " rows");
    }
    return count;
  }

 private:
  [[noreturn]] void refuse(const std::string& why) const {
    data_error("not a usable .npy file: " + why, {name(), 0, 0, {}});
  }

  void read_exactly(unsigned char* to, std::size_t size, const std::string& what) {
    for (std::size_t got = 0; got < size;) {
      const std::size_t now = source_->read(reinterpret_cast<char*>(to) + got, size - got);
      if (now == 0) refuse("the file ends inside " + what);
      got += now;
    }
  }

  // `size` bytes into raw_, which grows as they come: a header that promises more than there is allocates
  // little.
  void read_rows(std::size_t size, std::int64_t row_bytes) {
    constexpr std::size_t kChunk = 1U << 20U;
    raw_.clear();
    for (std::size_t got = 0; got < size;) {
      if (got == raw_.size()) raw_.resize(std::min(size, got + kChunk));
      const std::size_t now = source_->read(reinterpret_cast<char*>(raw_.data()) + got, raw_.size() - got);
      if (now == 0) {
        const std::int64_t row = done_ + static_cast<std::int64_t>(got) / row_bytes + 1;
        refuse("the file ends inside row " + grouped(row) + " of " + grouped(rows_));
      }
      got += now;
    }
  }

  void append_rows(Matrix& block, std::int64_t rows) {
    Matrix part(rows, cols_);
    const std::int64_t size = part.size();
    if (layout_.kind == 'f' && layout_.bytes == 4 && !layout_.big_endian) {
      std::memcpy(part.data(), raw_.data(), raw_.size());
      for (std::int64_t i = 0; i < size; ++i) check(part.data()[i], i);
    } else {
      for (std::int64_t i = 0; i < size; ++i) {
        const double value = load_value(layout_, raw_.data() + static_cast<std::size_t>(i) * layout_.bytes);
        part.data()[i] = static_cast<float>(value);
        if (std::isfinite(value) && !std::isfinite(part.data()[i]))
          refuse_value("a value beyond float range", i);
        check(part.data()[i], i);
      }
    }
    block.append(part);
    done_ += rows;
  }

  void check(float value, std::int64_t i) const {
    if (!std::isfinite(value)) refuse_value(std::isnan(value) ? "NaN" : "infinity", i);
  }
  [[noreturn]] void refuse_value(const std::string& what, std::int64_t i) const {
    data_error(what + " in row " + std::to_string(done_ + i / cols_ + 1) + ", column " +
                   std::to_string(i % cols_ + 1),
               {name(), 0, 0, {}},
               "remove such rows or fill the gaps first; distances to them are not defined");
  }

  std::unique_ptr<Source> source_;
  Layout layout_;
  std::int64_t rows_ = 0;
  std::int64_t cols_ = 1;
  std::int64_t done_ = 0;
  bool checked_end_ = false;
  std::vector<unsigned char> raw_;
};

// Always 128 bytes, so that the number of rows can be filled in afterwards.
std::string npy_header(std::int64_t rows, std::int64_t cols) {
  std::string dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + std::to_string(rows) +
                           ", " + std::to_string(cols) + "), }";
  constexpr std::size_t kTotal = 128;
  constexpr std::size_t kPrefix = 10;
  dictionary.resize(kTotal - kPrefix - 1, ' ');
  dictionary += '\n';
  std::string header("\x93NUMPY\x01\x00", 8);
  header += static_cast<char>(dictionary.size() & 0xFFU);
  header += static_cast<char>(dictionary.size() >> 8U);
  return header + dictionary;
}

}  // namespace

std::unique_ptr<MatrixReader> open_npy(std::unique_ptr<Source> source) {
  return std::make_unique<NpyReader>(std::move(source));
}

NpyWriter::NpyWriter(Sink& sink, std::int64_t rows, std::int64_t cols)
    : sink_(sink), expected_(rows), cols_(cols) {
  sink_.write(npy_header(std::max<std::int64_t>(rows, 0), cols));
}

void NpyWriter::write(MatrixView block) {
  for (std::int64_t i = 0; i < block.rows; ++i) {
    sink_.write(
        {reinterpret_cast<const char*>(block.row(i)), static_cast<std::size_t>(cols_) * sizeof(float)});
  }
  rows_ += block.rows;
}

void NpyWriter::finish() {
  if (rows_ != expected_) sink_.overwrite(0, npy_header(rows_, cols_));
}

}  // namespace nearfar
