#include "nearfar/io/fvecs.h"

#include <doctest/doctest.h>

#include <cmath>

#include "raw_bytes.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

constexpr ElementType kFloats{ElementType::Kind::floating, 4, false};
constexpr ElementType kBytes{ElementType::Kind::unsigned_integer, 1, false};

Matrix read_fvecs(const std::string& file, const ElementType& element) {
  const std::unique_ptr<MatrixReader> reader = open_fvecs(std::make_unique<Source>(file), element);
  Matrix all;
  while (reader->read(all, 2) > 0) {
  }
  return all;
}

std::string problem_of(const std::string& file) {
  const auto error = error_of([&] { (void)read_fvecs(file, kFloats); });
  if (!error) return "";
  CHECK((error->kind() == ErrorKind::data));
  return error->message();
}

std::string row(std::int32_t length, const std::string& values) { return raw_value(length, false) + values; }

}  // namespace

TEST_CASE("floats and bytes") {
  const Scratch scratch;
  const std::string floats =
      scratch.file("t.fvecs", row(2, raw<float>({0.1F, -3e38F}, false)) + row(2, raw<float>({1, 2}, false)) +
                                  row(2, raw<float>({3, 4}, false)));
  const Matrix matrix = read_fvecs(floats, kFloats);
  CHECK(matrix.rows() == 3);
  CHECK(matrix.cols() == 2);
  CHECK(matrix(0, 0) == 0.1F);
  CHECK(matrix(0, 1) == -3e38F);
  CHECK(matrix(2, 1) == 4);
  CHECK(open_fvecs(std::make_unique<Source>(floats), kFloats)->rows() == 3);

  const std::string bytes = scratch.file("t.bvecs", row(3, "abc") + row(3, std::string("d\x00\xFF", 3)));
  const Matrix of_bytes = read_fvecs(bytes, kBytes);
  CHECK(of_bytes.rows() == 2);
  CHECK(of_bytes(0, 2) == 'c');
  CHECK(of_bytes(1, 2) == 255);
  CHECK(open_fvecs(std::make_unique<Source>(bytes), kBytes)->is_bytes());
}

TEST_CASE("files that are cut, ragged, or begin with a length that makes no sense are refused") {
  const Scratch scratch;
  const auto problem = [&](const std::string& bytes) { return problem_of(scratch.file("t.fvecs", bytes)); };
  const std::string good = row(2, raw<float>({1, 2}, false)) + row(2, raw<float>({3, 4}, false));
  CHECK(problem(good).empty());
  for (std::size_t kept = 0; kept < good.size(); ++kept) {
    if (kept == 12) continue;  // one whole row
    CAPTURE(kept);
    CHECK_FALSE(problem(good.substr(0, kept)).empty());
  }
  CHECK(contains(problem(good.substr(0, 13)), "inside row 2"));
  CHECK(contains(problem(row(0, "")), "0 values"));
  CHECK(contains(problem(row(-1, "abcd")), "-1 values"));
  CHECK(contains(problem("id,a\n1,2\n"), "values; 1 to"));
  CHECK(contains(problem(row(1 << 24, "abcd")), "no whole number"));
  CHECK(contains(problem(row(2, raw<float>({1, 2}, false)) + row(1, raw<float>({3, 4}, false))),
                 "row 2 has 1 values, the first has 2"));
  CHECK(problem(row(2, raw<float>({1, 2}, false)) + row(2, raw<float>({3, INFINITY}, false))) ==
        "infinity in row 2, column 2");
}
