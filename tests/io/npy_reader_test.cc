#include "nearfar/io/npy_reader.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <bit>
#include <chrono>
#include <cmath>
#include <cstring>
#include <thread>

#include "nearfar/core/random.h"
#include "raw_bytes.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

Matrix read_npy(const std::string& file, std::int64_t step = 1'000'000) {
  const std::unique_ptr<MatrixReader> reader = open_npy(std::make_unique<Source>(file));
  Matrix all;
  while (reader->read(all, step) > 0) {
  }
  REQUIRE(all.rows() == reader->rows());
  return all;
}

std::vector<float> values_of(const Scratch& scratch, const std::string& type, const std::string& data) {
  const Matrix matrix = read_npy(scratch.file("t.npy", npy_bytes(npy_dictionary(type, "3,"), data)));
  REQUIRE(matrix.rows() == 3);
  REQUIRE(matrix.cols() == 1);
  return {matrix.data(), matrix.data() + 3};
}

template <class T>
void check_type(const Scratch& scratch, const std::string& type, std::initializer_list<T> values) {
  std::vector<float> expected;
  for (const T value : values) expected.push_back(static_cast<float>(value));
  CHECK(values_of(scratch, "<" + type, raw(values, false)) == expected);
  CHECK(values_of(scratch, ">" + type, raw(values, true)) == expected);
  CHECK(values_of(scratch, "=" + type, raw(values, false)) == expected);
  if (sizeof(T) == 1) CHECK(values_of(scratch, "|" + type, raw(values, false)) == expected);
}

std::string problem_of(const std::string& file) {
  const auto error = error_of([&] { (void)read_npy(file); });
  if (!error) return "";
  CHECK((error->kind() == ErrorKind::data));
  return error->message();
}

}  // namespace

TEST_CASE("all types of either byte order") {
  const Scratch scratch;
  check_type<float>(scratch, "f4", {1.5F, -0.0F, 3e38F});
  check_type<double>(scratch, "f8", {0.1, -1e-300, 3e38});
  check_type<std::uint16_t>(scratch, "u2", {0, 258, 65535});
  check_type<std::uint32_t>(scratch, "u4", {0, 16909060, 4294967295U});
  check_type<std::uint64_t>(scratch, "u8", {0, 72623859790382856U, ~std::uint64_t{0}});
  check_type<std::int16_t>(scratch, "i2", {-2, 258, -32768});
  check_type<std::int32_t>(scratch, "i4", {-2, 16909060, -2147483648});
  check_type<std::int64_t>(scratch, "i8", {-2, 72623859790382856, std::numeric_limits<std::int64_t>::min()});
  check_type<std::int8_t>(scratch, "i1", {-2, 1, -128});
  check_type<std::uint8_t>(scratch, "u1", {0, 1, 255});
  CHECK(values_of(scratch, "|b1", std::string("\0\1\1", 3)) == std::vector<float>{0, 1, 1});
}

TEST_CASE("half floats: normal, subnormal, largest, signed zero") {
  const Scratch scratch;
  const std::pair<std::uint16_t, float> cases[] = {{0x3C00, 1.0F},
                                                   {0xC000, -2.0F},
                                                   {0x7BFF, 65504.0F},
                                                   {0x0001, 0x1p-24F},
                                                   {0x03FF, 1023 * 0x1p-24F},
                                                   {0x0400, 0x1p-14F},
                                                   {0x3555, 0.333251953125F},
                                                   {0x8000, -0.0F}};
  for (const auto& [bits, expected] : cases) {
    CHECK(values_of(scratch, "<f2", raw<std::uint16_t>({bits, bits, bits}, false))[2] == expected);
    CHECK(values_of(scratch, ">f2", raw<std::uint16_t>({bits, bits, bits}, true))[0] == expected);
  }
  CHECK(std::signbit(values_of(scratch, "<f2", raw<std::uint16_t>({0x8000, 0, 0}, false))[0]));
}

TEST_CASE("shapes of one to four dimensions, header versions 1 to 3") {
  const Scratch scratch;
  const std::pair<const char*, std::int64_t> shapes[] = {
      {"6,", 1}, {"3, 2", 2}, {"2,3,", 3}, {"1, 2, 3", 6}, {"3,1,1,2", 2}};
  for (const auto& [shape, cols] : shapes) {
    for (const char version : {'\x01', '\x02', '\x03'}) {
      const std::string file =
          scratch.file("t.npy", npy_bytes(npy_dictionary("|u1", shape), "abcdef", version));
      const Matrix matrix = read_npy(file);
      CHECK(matrix.cols() == cols);
      CHECK(matrix.size() == 6);
      CHECK(matrix.data()[5] == 'f');
    }
  }
  CHECK(open_npy(std::make_unique<Source>(scratch.path("t.npy")))->is_bytes());
  const std::string none = scratch.file("none.npy", npy_bytes(npy_dictionary("<f4", "0, 4"), ""));
  CHECK(open_npy(std::make_unique<Source>(none))->rows() == 0);
  CHECK(read_npy(none).rows() == 0);
  const std::string other = "{\"shape\":(2 , 3),\n  \"descr\": \"|u1\",\"fortran_order\":False}   \n";
  CHECK(read_npy(scratch.file("t.npy", npy_bytes(other, "abcdef"))).cols() == 3);
}

TEST_CASE("Fortran order: rows are what x.reshape(len(x), -1) has") {
  const Scratch scratch;
  // x[i, j, k, l] = 1000 i + 100 j + 10 k + l, the first index running fastest in the file.
  const std::int64_t sizes[] = {3, 2, 4, 5};
  for (std::size_t dims = 1; dims <= 4; ++dims) {
    CAPTURE(dims);
    std::string shape;
    std::int64_t n[4] = {1, 1, 1, 1};
    for (std::size_t d = 0; d < dims; ++d) {
      n[d] = sizes[d];
      shape += std::to_string(n[d]) + ",";
    }
    std::string data;
    for (std::int64_t l = 0; l < n[3]; ++l)
      for (std::int64_t k = 0; k < n[2]; ++k)
        for (std::int64_t j = 0; j < n[1]; ++j)
          for (std::int64_t i = 0; i < n[0]; ++i)
            data += raw_value(static_cast<std::int16_t>(1000 * i + 100 * j + 10 * k + l), true);
    const std::string file = scratch.file("t.npy", npy_bytes(npy_dictionary(">i2", shape, true), data));
    for (const std::int64_t step : {1, 2, 100}) {
      const Matrix matrix = read_npy(file, step);
      REQUIRE(matrix.rows() == 3);
      REQUIRE(matrix.cols() == n[1] * n[2] * n[3]);
      for (std::int64_t i = 0; i < 3; ++i) {
        for (std::int64_t c = 0; c < matrix.cols(); ++c) {
          const std::int64_t l = c % n[3];
          const std::int64_t k = c / n[3] % n[2];
          const std::int64_t j = c / n[3] / n[2];
          REQUIRE(matrix(i, c) == static_cast<float>(1000 * i + 100 * j + 10 * k + l));
        }
      }
    }
  }
}

TEST_CASE("headers that are wrong or lie are refused, quickly and without memory") {
  const Scratch scratch;
  const std::string good = npy_bytes(npy_dictionary("<f4", "2, 2"), std::string(16, '\0'));
  const std::string shapes[] = {"",
                                "1,1,1,1,1",
                                "-1, 2",
                                "2, x",
                                "2 2",
                                "2, 0",
                                "99999999999999999999, 2",
                                "9223372036854775807, 2",
                                "4611686018427387904, 4",
                                "2, 4294967296, 4294967296",
                                "1, 2147483647",
                                "1000000000000, 1000",
                                "3, 2",
                                "1, 2"};
  const auto start = std::chrono::steady_clock::now();
  for (const std::string& shape : shapes) {
    CAPTURE(shape);
    CHECK_FALSE(
        problem_of(scratch.file("t.npy", npy_bytes(npy_dictionary("<f4", shape), std::string(16, '\0'))))
            .empty());
  }
  for (const char* type : {"<f3", "<f16", "<c8", "<U1", "|O", "<M8", "f4", "<b2", "", "<f4 "}) {
    CAPTURE(std::string(type));
    CHECK_FALSE(
        problem_of(scratch.file("t.npy", npy_bytes(npy_dictionary(type, "2, 2"), std::string(16, '\0'))))
            .empty());
  }
  for (std::size_t kept = 0; kept < good.size(); ++kept) {
    if (problem_of(scratch.file("t.npy", good.substr(0, kept))).empty())
      FAIL_CHECK("read with " << kept << " bytes");
  }
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
  CHECK(problem_of(scratch.file("t.npy", good)).empty());
}

TEST_CASE("the message says what is wrong") {
  const Scratch scratch;
  const std::string data(16, '\0');
  const auto problem = [&](const std::string& header) {
    return problem_of(scratch.file("t.npy", npy_bytes(header, data)));
  };
  CHECK(contains(problem("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,), }"),
                 "named fields"));
  CHECK(contains(problem("{'descr': '<f4', 'shape': (2, 2), }"), "lacks"));
  CHECK(contains(problem("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }"),
                 "descr"));
  CHECK(contains(problem("{'descr': '<f4', 'x': 1}"), "'x'"));
  CHECK(contains(problem("{'descr': '<f4"), "not closed"));
  CHECK(contains(problem(npy_dictionary("<f4", "2, 1")), "after the last"));
  CHECK(contains(problem(npy_dictionary("<f4", "5, 1")), "inside row 5 of 5"));
  CHECK(contains(problem_of(scratch.file("t.npy", "\x93NUMPY\x04" + std::string(20, '\0'))), "version 4"));
  CHECK(contains(problem_of(scratch.file("t.npy", "id,a,b\n1,2,3\n4,5,6\n")), "magic"));
  CHECK(contains(problem_of(scratch.file("t.npy", std::string("\x93NUMPY\x02\x00\xFF\xFF\xFF\x7F", 12))),
                 "header of"));
}

TEST_CASE("values that are no finite floats are refused with row and column") {
  const Scratch scratch;
  const auto problem = [&](const std::string& type, const std::string& data) {
    return problem_of(scratch.file("t.npy", npy_bytes(npy_dictionary(type, "2, 2"), data)));
  };
  CHECK(problem("<f4", raw<float>({1, 2, NAN, 4}, false)) == "NaN in row 2, column 1");
  CHECK(problem("<f8", raw<double>({1, -INFINITY, 3, 4}, false)) == "infinity in row 1, column 2");
  CHECK(problem(">f8", raw<double>({1, 2, 3, 1e39}, true)) ==
        "a value beyond float range in row 2, column 2");
  CHECK(problem("<f2", raw<std::uint16_t>({0, 0x7C00, 0, 0}, false)) == "infinity in row 1, column 2");
}
