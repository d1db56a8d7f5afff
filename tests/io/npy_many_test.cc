// Very many npy files: valid ones of every kind, whose values must come out to the bit, and malformed ones,
// which must be refused at once. Both are written here, without the code under test.
#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "limits.h"
#include "nearfar/io/npy_reader.h"
#include "raw_bytes.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

Matrix read_npy(const std::string& file) {
  const std::unique_ptr<MatrixReader> reader = open_npy(std::make_unique<Source>(file));
  Matrix all;
  while (reader->read(all, 3) > 0) {
  }
  return all;
}

// The n-th of the values a test array holds: as stored and as a float.
struct Value {
  std::string stored;
  float expected;
};

template <class T>
Value integer(std::int64_t n, bool big) {
  using Limits = std::numeric_limits<T>;
  const T values[] = {Limits::min(),
                      Limits::max(),
                      0,
                      1,
                      static_cast<T>(Limits::max() - 1),
                      static_cast<T>(Limits::max() / 3),
                      static_cast<T>(n * 37)};
  const T value = values[static_cast<std::size_t>(n) % std::size(values)];
  return {raw_value(value, big), static_cast<float>(value)};
}

template <class T>
Value real(std::int64_t n, bool big) {
  const T values[] = {T(0.1), T(-0.0), T(3.4e38), T(-1e-45), T(1.17549435e-38), T(16777217), T(n) / T(7)};
  const T value = values[static_cast<std::size_t>(n) % std::size(values)];
  return {raw_value(value, big), static_cast<float>(value)};
}

// sign 1, exponent 5, fraction 10 bits: (-1)^s 2^(e - 15) (1 + f / 1024), or 2^-14 f / 1024 for e = 0.
Value half(std::int64_t n, bool big) {
  const auto bits = static_cast<std::uint16_t>((n * 4099) % 65536 & ~0x4000);
  const int exponent = bits >> 10 & 31;
  const double fraction = (bits & 1023) / 1024.0;
  const double value =
      exponent == 0 ? std::pow(2.0, -14) * fraction : std::pow(2.0, exponent - 15) * (1 + fraction);
  return {raw_value(bits, big), static_cast<float>((bits & 0x8000) != 0 ? -value : value)};
}

Value boolean(std::int64_t n, bool) {
  return {std::string(1, static_cast<char>(n % 3 == 0)), n % 3 == 0 ? 1.0F : 0.0F};
}

struct Type {
  const char* code;
  Value (*value)(std::int64_t n, bool big);
};
constexpr Type kTypes[] = {{"f2", half},
                           {"f4", real<float>},
                           {"f8", real<double>},
                           {"i1", integer<std::int8_t>},
                           {"i2", integer<std::int16_t>},
                           {"i4", integer<std::int32_t>},
                           {"i8", integer<std::int64_t>},
                           {"u1", integer<std::uint8_t>},
                           {"u2", integer<std::uint16_t>},
                           {"u4", integer<std::uint32_t>},
                           {"u8", integer<std::uint64_t>},
                           {"b1", boolean}};

const std::vector<std::int64_t> kShapes[] = {{7}, {5, 3}, {4, 3, 2}, {3, 2, 1, 4}, {1, 5}, {6, 1}};

// The order in which the elements of an array stand in a file: C order counts the last index fastest, Fortran
// order the first. Element i of the result is the number, in C order, of the i-th in the file.
std::vector<std::int64_t> file_order(const std::vector<std::int64_t>& shape, bool fortran) {
  std::int64_t size = 1;
  for (const std::int64_t n : shape) size *= n;
  std::vector<std::int64_t> order;
  std::vector<std::int64_t> index(shape.size(), 0);
  for (std::int64_t i = 0; i < size; ++i) {
    std::int64_t in_c_order = 0;
    for (std::size_t d = 0; d < shape.size(); ++d) in_c_order = in_c_order * shape[d] + index[d];
    order.push_back(in_c_order);
    for (std::size_t step = 0; step < shape.size(); ++step) {
      const std::size_t d = fortran ? step : shape.size() - 1 - step;
      if (++index[d] < shape[d]) break;
      index[d] = 0;
    }
  }
  return order;
}

std::string shape_text(const std::vector<std::int64_t>& shape) {
  std::string text;
  for (const std::int64_t n : shape) text += std::to_string(n) + ", ";
  return text;
}

std::string with_shape(const std::string& shape) {
  return npy_bytes(npy_dictionary("<f4", shape), std::string(16, '\0'));
}
std::string with_type(const std::string& type) {
  return npy_bytes(npy_dictionary(type, "2, 2"), std::string(16, '\0'));
}
std::string with_header(const std::string& dictionary) {
  return npy_bytes(dictionary, std::string(16, '\0'));
}

// Name and bytes of files that are no usable npy.
std::vector<std::pair<std::string, std::string>> malformed() {
  const std::string good = with_shape("2, 2");
  std::vector<std::pair<std::string, std::string>> files;
  const auto add = [&](const std::string& name, const std::string& bytes) {
    files.emplace_back(name, bytes);
  };
  for (std::size_t kept = 0; kept < good.size(); kept += 7)
    add("cut at " + std::to_string(kept), good.substr(0, kept));
  for (std::size_t at = 0; at < 6; ++at) {
    std::string bytes = good;
    bytes[at] ^= 1;
    add("magic byte " + std::to_string(at), bytes);
  }
  for (const int version : {0, 4, 5, 100, 255}) {
    std::string bytes = good;
    bytes[6] = static_cast<char>(version);
    add("version " + std::to_string(version), bytes);
  }
  std::string minor = good;
  minor[7] = 1;
  add("minor version 1", minor);
  for (const char* shape : {"",
                            "1, 1, 1, 1, 1",
                            "-1, 2",
                            "2, -2",
                            "2, x",
                            "2 2",
                            "2,, 2",
                            ", 2",
                            "2.0, 2",
                            "1e3, 2",
                            "0x2, 2",
                            "2, 0",
                            "0, 0",
                            "4",
                            "None, 2",
                            "True, 2",
                            "'2', 2",
                            "(2, 2), ",
                            "[2, 2]",
                            "99999999999999999999, 2",
                            "9223372036854775807, 2",
                            "9223372036854775807, 9223372036854775807",
                            "4611686018427387904, 4",
                            "2, 4294967296, 4294967296",
                            "1, 2147483647",
                            "1000000000000, 1000",
                            "65536, 65536, 65536, 65536",
                            "16777217, 1",
                            "1, 16777217",
                            "1, 16777216",
                            "100000000, 1",
                            "3, 2",
                            "1, 2",
                            "5, 1",
                            "4, 2",
                            "2, 1",
                            "2, 3, 1"}) {
    add(std::string("shape ") + shape, with_shape(shape));
    std::string fortran = npy_bytes(npy_dictionary("<f4", shape, true), std::string(16, '\0'));
    add(std::string("Fortran shape ") + shape, fortran);
  }
  for (const char* type :
       {"<f3", "<f16", "<f0",  "<c8",  "<c16", "<U1", "|S4", "|O", "O",  "<M8", "<m8", "f4",
        "<b2", "",     "<f4 ", " <f4", "<i16", "<u3", "<V4", "<f", "<4", "4f<", "<F4", "~f4"})
    add(std::string("type ") + type, with_type(type));
  add("named fields", with_header("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (4,), }"));
  for (const char* dictionary : {"",
                                 "{",
                                 "}",
                                 "{}",
                                 "[]",
                                 "()",
                                 "None",
                                 "{'descr': '<f4'}",
                                 "{'descr': '<f4', 'fortran_order': False}",
                                 "{'descr': '<f4', 'shape': (2, 2)}",
                                 "{'fortran_order': False, 'shape': (2, 2)}",
                                 "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2, 2)}",
                                 "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), 'x': 1}",
                                 "{'descr': '<f4', 'fortran_order': false, 'shape': (2, 2)}",
                                 "{'descr': '<f4', 'fortran_order': 0, 'shape': (2, 2)}",
                                 "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2)",
                                 "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2}",
                                 "{'descr': '<f4, 'fortran_order': False, 'shape': (2, 2)}",
                                 "{'descr' '<f4', 'fortran_order': False, 'shape': (2, 2)}",
                                 "{descr: '<f4', 'fortran_order': False, 'shape': (2, 2)}",
                                 "{'descr': '<f4' 'fortran_order': False, 'shape': (2, 2)}",
                                 "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2)} x",
                                 "{'descr': '<f4', 'fortran_order': False, 'shape': 4}",
                                 "{'descr': dtype('<f4'), 'fortran_order': False, 'shape': (2, 2)}",
                                 "__import__('os').system('true')"})
    add(std::string("dictionary ") + dictionary, with_header(dictionary));
  add("one byte too many", good + "x");
  add("a megabyte too many", good + std::string(1U << 20U, 'x'));
  add("a header of 2 GB", std::string("\x93NUMPY\x02\x00\xFF\xFF\xFF\x7F", 12));
  add("a header of 4 GB", std::string("\x93NUMPY\x03\x00\xFF\xFF\xFF\xFF", 12) + good);
  add("a header longer than the file", std::string("\x93NUMPY\x01\x00\xFF\xFF", 10) + good);
  add("a header of 200,000 blanks",
      npy_bytes(npy_dictionary("<f4", "2, 2") + std::string(200'000, ' '), std::string(16, '\0'), 2));
  add("a nested header", with_header(std::string(60'000, '{')));
  add("CSV", "id,a,b\n1,2,3\n");
  add("gzip cut", std::string("\x1F\x8B\x08", 3));
  add("boolean 2", npy_bytes(npy_dictionary("|b1", "2, 2"), std::string("\0\1\2\0", 4)));
  for (const float bad : {NAN, INFINITY, -INFINITY})
    add("value " + std::to_string(bad),
        npy_bytes(npy_dictionary("<f4", "2, 2"), raw<float>({1, 2, bad, 4}, false)));
  add("value 1e39", npy_bytes(npy_dictionary(">f8", "2, 2"), raw<double>({1, 2, 1e39, 4}, true)));
  add("half infinity",
      npy_bytes(npy_dictionary("<f2", "2, 2"), raw<std::uint16_t>({0, 0x7C00, 0, 0}, false)));
  add("half NaN", npy_bytes(npy_dictionary("<f2", "2, 2"), raw<std::uint16_t>({0, 0x7E00, 0, 0}, false)));
  return files;
}

}  // namespace

TEST_CASE("valid files of every type, byte order, memory order, dimension and version, to the bit") {
  const Scratch scratch;
  int files = 0;
  int wrong = 0;
  for (const Type& type : kTypes) {
    for (const std::vector<std::int64_t>& shape : kShapes) {
      for (const bool big : {false, true}) {
        for (const bool fortran : {false, true}) {
          const char version = static_cast<char>(1 + files % 3);
          const std::string code = (type.code[1] == '1' && !big ? "|"
                                    : big                       ? ">"
                                                                : "<") +
                                   std::string(type.code);
          std::string data;
          for (const std::int64_t n : file_order(shape, fortran)) data += type.value(n, big).stored;
          const std::string bytes =
              npy_bytes(npy_dictionary(code, shape_text(shape), fortran), data, version);
          Matrix matrix;
          if (files % 2 == 0) {
            matrix = read_npy(scratch.file("t.npy", bytes));
          } else {
            matrix = read_npy(Pipe(bytes).name());
          }
          ++files;
          bool good =
              matrix.rows() == shape[0] &&
              matrix.rows() * matrix.cols() == static_cast<std::int64_t>(file_order(shape, false).size());
          for (std::int64_t i = 0; good && i < matrix.size(); ++i) {
            good = std::bit_cast<std::uint32_t>(matrix.data()[i]) ==
                   std::bit_cast<std::uint32_t>(type.value(i, big).expected);
          }
          if (!good) {
            ++wrong;
            MESSAGE("wrong: " << code << " (" << shape_text(shape) << ") Fortran " << fortran);
          }
        }
      }
    }
  }
  CHECK(files >= 200);
  CHECK(wrong == 0);
}

TEST_CASE("malformed files are refused, each in less than 0.1 s and 32 MB, from a file and from a pipe") {
  const Scratch scratch;
  const std::vector<std::pair<std::string, std::string>> files = malformed();
  REQUIRE(files.size() >= 80);
  for (const auto& [called, bytes] : files) {
    const std::string& name = called;  // a structured binding cannot be captured
    CAPTURE(name);
    for (const bool piped : {false, true}) {
      const std::string file = scratch.file("t.npy", bytes);
      std::optional<Pipe> pipe;
      if (piped) pipe.emplace(bytes);
      const Taken taken;
      const auto error = error_of([&] { (void)read_npy(piped ? pipe->name() : file); });
      CHECK(taken.seconds() < 0.1);
      CHECK(taken.megabytes() < 32);
      REQUIRE(error);
      CHECK((error->kind() == ErrorKind::data));
      CHECK(std::string_view(error->what()).size() < 500);
    }
  }
}
