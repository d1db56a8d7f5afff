#include "nearfar/io/idx.h"

#include <doctest/doctest.h>

#include <cmath>

#include "raw_bytes.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

Matrix read_idx(const std::string& file) {
  const std::unique_ptr<MatrixReader> reader = open_idx(std::make_unique<Source>(file));
  Matrix all;
  while (reader->read(all, 2) > 0) {
  }
  CHECK(all.rows() == reader->rows());
  return all;
}

std::vector<float> values_of(const Scratch& scratch, char type, const std::string& data) {
  const Matrix matrix = read_idx(scratch.file("t.idx", idx_bytes(type, {3}, data)));
  REQUIRE(matrix.rows() == 3);
  REQUIRE(matrix.cols() == 1);
  return {matrix.data(), matrix.data() + 3};
}

std::string problem_of(const std::string& file) {
  const auto error = error_of([&] { (void)read_idx(file); });
  if (!error) return "";
  CHECK((error->kind() == ErrorKind::data));
  return error->message();
}

std::string labels_of(const std::string& file) {
  const std::unique_ptr<RecordReader> reader = open_idx_labels(std::make_unique<Source>(file));
  CHECK(reader->header() == std::vector<std::string>{"label"});
  std::string all;
  Record record;
  while (reader->next(record)) all += std::string(record.fields.at(0)) + " ";
  return all;
}

}  // namespace

TEST_CASE("all types of values") {
  const Scratch scratch;
  using Values = std::vector<float>;
  CHECK(values_of(scratch, 0x08, std::string("\x00\x01\xFF", 3)) == Values{0, 1, 255});
  CHECK(values_of(scratch, 0x09, std::string("\x00\x01\xFF", 3)) == Values{0, 1, -1});
  CHECK(values_of(scratch, 0x0B, raw<std::int16_t>({-2, 258, -32768}, true)) == Values{-2, 258, -32768});
  CHECK(values_of(scratch, 0x0C, raw<std::int32_t>({-2, 1 << 24, 7}, true)) == Values{-2, 1 << 24, 7});
  CHECK(values_of(scratch, 0x0D, raw<float>({0.1F, -3e38F, 2}, true)) == Values{0.1F, -3e38F, 2});
  CHECK(values_of(scratch, 0x0E, raw<double>({0.1, -1e-300, 2}, true)) == Values{0.1F, -0.0F, 2});
}

TEST_CASE("rows of images are flattened") {
  const Scratch scratch;
  const std::string file = scratch.file("t.idx", idx_bytes(0x08, {2, 2, 3}, "abcdefghijkl"));
  const Matrix images = read_idx(file);
  CHECK(images.rows() == 2);
  CHECK(images.cols() == 6);
  CHECK(images(1, 0) == 'g');
  CHECK(images(1, 5) == 'l');
  CHECK(open_idx(std::make_unique<Source>(file))->is_bytes());
  CHECK(read_idx(scratch.file("t.idx", idx_bytes(0x08, {1, 2, 1, 3}, "abcdef"))).cols() == 6);
  CHECK(read_idx(scratch.file("t.idx", idx_bytes(0x08, {0, 5}, ""))).rows() == 0);
}

TEST_CASE("labels are texts of whole numbers") {
  const Scratch scratch;
  CHECK(labels_of(scratch.file("l", idx_bytes(0x08, {3}, "\x09\x05\xFF"))) == "9 5 255 ");
  CHECK(labels_of(scratch.file("l", idx_bytes(0x0C, {2}, raw<std::int32_t>({-7, 2147483647}, true)))) ==
        "-7 2147483647 ");
  CHECK(kind_of([&] { labels_of(scratch.file("l", idx_bytes(0x08, {1, 1}, "a"))); }) == kData);
  CHECK(kind_of([&] { labels_of(scratch.file("l", idx_bytes(0x0D, {1}, raw<float>({1}, true)))); }) == kData);
  CHECK(kind_of([&] { labels_of(scratch.file("l", idx_bytes(0x08, {3}, "ab"))); }) == kData);
}

TEST_CASE("files that are cut, too long, or whose header lies are refused") {
  const Scratch scratch;
  const std::string good = idx_bytes(0x0D, {2, 2}, raw<float>({1, 2, 3, 4}, true));
  CHECK(problem_of(scratch.file("t.idx", good)).empty());
  for (std::size_t kept = 0; kept < good.size(); ++kept) {
    CAPTURE(kept);
    CHECK_FALSE(problem_of(scratch.file("t.idx", good.substr(0, kept))).empty());
  }
  const auto problem = [&](const std::string& bytes) { return problem_of(scratch.file("t.idx", bytes)); };
  CHECK(contains(problem(good + "x"), "1 byte after the last of its 2 rows"));
  CHECK(contains(problem(good.substr(0, 20)), "inside row 2 of 2"));
  CHECK(contains(problem(idx_bytes(0x0A, {1}, "aaaa")), "type code 10"));
  CHECK(contains(problem(idx_bytes(0x08, {}, "")), "0 dimensions"));
  CHECK(contains(problem(idx_bytes(0x08, {1, 1, 1, 1, 1}, "a")), "5 dimensions"));
  CHECK(contains(problem(idx_bytes(0x08, {1, 0}, "")), "no columns"));
  CHECK(contains(problem(idx_bytes(0x08, {1, 0xFFFFFFFF, 0xFFFFFFFF}, "a")), "rows of more than"));
  CHECK(contains(problem(idx_bytes(0x0E, {0xFFFFFFFF, 1U << 24U}, "a")), "promises"));
  CHECK(contains(problem("id,a\n1,2\n"), "two zero bytes"));
  CHECK(problem(idx_bytes(0x0D, {2, 2}, raw<float>({1, 2, NAN, 4}, true))) == "NaN in row 2, column 1");
  CHECK(problem(idx_bytes(0x0E, {2, 2}, raw<double>({1, 1e39, 3, 4}, true))) ==
        "a value beyond float range in row 1, column 2");
}
