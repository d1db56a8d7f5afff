#include "nearfar/io/npy_header.h"

#include <cstring>
#include <optional>
#include <string_view>

#include "nearfar/core/error.h"
#include "nearfar/core/text.h"

namespace nearfar {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr std::size_t kLongestHeader = 65536;

[[noreturn]] void refuse(const std::string& file, const std::string& why,
                         const std::string& advice = "write it again with numpy.save, or copy it again") {
  data_error("not a usable .npy file: " + why, {file, 0, 0, {}}, advice);
}

// The dictionary, in the part of Python's syntax that NumPy writes.
class Dictionary {
 public:
  Dictionary(std::string_view text, const std::string& file) : text_(text), file_(file) {}

  NpyHeader parse() {
    NpyHeader header;
    bool descr = false;
    bool order = false;
    bool shape = false;
    expect('{');
    while (!accept('}')) {
      const std::string key = quoted();
      expect(':');
      if (key == "descr" && !descr) {
        descr = true;
        header.element = element_type();
      } else if (key == "fortran_order" && !order) {
        order = true;
        header.fortran_order = truth();
      } else if (key == "shape" && !shape) {
        shape = true;
        header.sizes = sizes();
      } else {
        refuse_header("unexpected key '" + key + "' in the header");
      }
      if (!accept(',')) {
        expect('}');
        break;
      }
    }
    if (!descr || !order || !shape) refuse_header("the header lacks descr, fortran_order or shape");
    skip_blanks();
    if (at_ != text_.size()) refuse_header("text behind the dictionary of the header");
    return header;
  }

 private:
  [[noreturn]] void refuse_header(const std::string& why) const { refuse(file_, why); }
  [[nodiscard]] char now() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void skip_blanks() {
    while (now() == ' ' || now() == '\n') ++at_;
  }
  bool accept(char c) {
    skip_blanks();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    if (!accept(c)) refuse_header(std::string("expected '") + c + "' in the header");
  }
  std::string quoted() {
    skip_blanks();
    const char quote = now();
    if (quote != '\'' && quote != '"') refuse_header("expected a quoted word in the header");
    const std::size_t end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos) refuse_header("a quote in the header is not closed");
    std::string result(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    return result;
  }
  bool truth() {
    skip_blanks();
    for (const bool value : {true, false}) {
      const std::string_view word = value ? "True" : "False";
      if (!text_.substr(at_).starts_with(word)) continue;
      at_ += word.size();
      return value;
    }
    refuse_header("fortran_order is neither True nor False");
  }
  // "<f4": byte order, kind, size.
  ElementType element_type() {
    constexpr const char* kCure = "save it as float32: numpy.save(file, x.astype('f4'))";
    skip_blanks();
    if (now() == '[') refuse(file_, "the array has named fields", "save a plain array of numbers");
    const std::string type = quoted();
    if (type == "|O" || type == "O") {
      refuse(file_, "it holds pickled Python objects, which are never loaded",
             "save a plain array of numbers: numpy.save(file, x.astype('f4'), allow_pickle=False)");
    }
    using Kind = ElementType::Kind;
    struct Row {
      char letter;
      Kind kind;
      std::string_view sizes;
    };
    constexpr Row kTypes[] = {{'f', Kind::floating, "248"},
                              {'i', Kind::signed_integer, "1248"},
                              {'u', Kind::unsigned_integer, "1248"},
                              {'b', Kind::boolean, "1"}};
    if (type.size() == 3 && std::string_view("<>|=").find(type[0]) != std::string_view::npos) {
      for (const Row& row : kTypes) {
        if (type[1] == row.letter && row.sizes.find(type[2]) != std::string_view::npos)
          return {row.kind, static_cast<std::size_t>(type[2] - '0'), type[0] == '>'};
      }
    }
    refuse(file_, "values of type '" + type.substr(0, 40) + "'", kCure);
  }
  // "(3, 4)", "(3,)", or as Python 2 wrote it "(3L, 4L)".
  std::vector<std::int64_t> sizes() {
    std::vector<std::int64_t> sizes;
    expect('(');
    while (!accept(')')) {
      skip_blanks();
      const std::size_t begin = at_;
      while (now() >= '0' && now() <= '9') ++at_;
      const std::optional<std::int64_t> size = parse_integer(text_.substr(begin, at_ - begin));
      if (!size) refuse_header("the shape in the header is not a tuple of whole numbers");
      if (now() == 'L') ++at_;
      sizes.push_back(*size);
      if (!accept(',')) {
        expect(')');
        if (sizes.size() == 1) refuse_header("the shape in the header is a number, not a tuple");
        break;
      }
    }
    return sizes;
  }

  std::string_view text_;
  const std::string& file_;
  std::size_t at_ = 0;
};

std::string read_exactly(Source& source, std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t got = 0; got < size;) {
    const std::size_t now = source.read(bytes.data() + got, size - got);
    if (now == 0) refuse(source.name(), "the file ends inside the header");
    got += now;
  }
  return bytes;
}

std::size_t little_endian(std::string_view bytes) {
  std::size_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) value = value << 8U | static_cast<unsigned char>(bytes[i]);
  return value;
}

}  // namespace

NpyHeader read_npy_header(Source& source) {
  if (source.peek(1).empty()) refuse_empty(source.name());
  const std::string start = read_exactly(source, kMagic.size() + 2);
  if (!start.starts_with(kMagic))
    refuse(source.name(), "it does not begin with the magic bytes of .npy",
           "is it of another format? name it with --input-format");
  const int major = static_cast<unsigned char>(start[6]);
  const int minor = static_cast<unsigned char>(start[7]);
  if (major < 1 || major > 3 || minor != 0) {
    refuse(source.name(), "format version " + std::to_string(major) + "." + std::to_string(minor) +
                              "; 1.0, 2.0 and 3.0 can be read");
  }
  const std::size_t length = little_endian(read_exactly(source, major == 1 ? 2 : 4));
  if (length > kLongestHeader)
    refuse(source.name(), "a header of " + grouped(static_cast<std::int64_t>(length)) + " bytes");
  const std::string text = read_exactly(source, length);
  return Dictionary(text, source.name()).parse();
}

std::string npy_header(std::int64_t rows, std::int64_t cols) {
  constexpr std::size_t kTotal = 128;
  constexpr std::size_t kPrefix = 10;  // magic bytes, version, length
  std::string dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + std::to_string(rows) +
                           ", " + std::to_string(cols) + "), }";
  dictionary.resize(kTotal - kPrefix - 1, ' ');
  dictionary += '\n';
  std::string header(kMagic);
  header += '\x01';
  header += '\0';
  header += static_cast<char>(dictionary.size() & 0xFFU);
  header += static_cast<char>(dictionary.size() >> 8U);
  return header + dictionary;
}

}  // namespace nearfar
