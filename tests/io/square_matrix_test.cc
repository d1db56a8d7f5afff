#include "nearfar/io/square_matrix.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "nearfar/io/matrix_writer.h"
#include "random_rows.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

void write_npy(const std::string& file, const Matrix& matrix) {
  Sink sink(file);
  const auto writer = open_matrix_writer(sink, Format::npy, matrix.rows(), matrix.cols());
  writer->write(matrix);
  writer->finish();
  sink.close();
}

// Whether `bytes` are refused as data, with `part` in the message.
void check_refused(const std::string& name, const std::string& bytes, const std::string& part) {
  const Scratch scratch;
  const std::optional<Error> error =
      error_of([&] { static_cast<void>(read_square_matrix(scratch.file(name, bytes))); });
  REQUIRE(error.has_value());
  INFO(error->what());
  CHECK(error->kind() == ErrorKind::data);
  CHECK(std::string(error->what()).find(part) != std::string::npos);
}

}  // namespace

TEST_CASE("read_square_matrix: text is read as doubles, without a header") {
  const Scratch scratch;
  const auto check = [&](const std::string& name, const std::string& bytes) {
    const SquareMatrix matrix = read_square_matrix(scratch.file(name, bytes));
    INFO(name);
    CHECK(matrix.n == 2);
    CHECK_FALSE(matrix.from_floats);
    CHECK(matrix.values == std::vector<double>{0.1, 1e-20, -2, 3});
  };
  check("m.csv", "0.1,1e-20\n-2,3\n");
  check("m.tsv", "0.1\t1e-20\n-2\t3");
  check("m", "0.1,1e-20\r\n-2,3\r\n");
  check("m.jsonl", "{\"vector\":[0.1,1e-20]}\n{\"vector\":[-2,3]}\n");
  CHECK(read_square_matrix(scratch.file("one.csv", "7\n")).values == std::vector<double>{7});
}

TEST_CASE("read_square_matrix: a matrix file of any size is read as floats") {
  const Scratch scratch;
  for (const std::int64_t n : {1, 2, 255, 256, 257, 600}) {
    const Matrix matrix = random_rows(n, n, 3);
    write_npy(scratch.path("m.npy"), matrix);
    const SquareMatrix read = read_square_matrix(scratch.path("m.npy"));
    CHECK(read.n == n);
    CHECK(read.from_floats);
    CHECK(read.values == in_double(matrix.data(), matrix.size()));
  }
}

TEST_CASE("read_square_matrix: another shape is refused, and what is no number with its place") {
  check_refused("m.csv", "1,2,3\n4,5,6\n", "found 2 rows of 3 numbers");
  check_refused("m.csv", "1,2\n3,4\n5,6\n", "found more than 2 rows of 2 numbers");
  check_refused("m.csv", "1,2\n3\n", "m.csv:2");
  check_refused("m.csv", "a,b\n1,2\n2,1\n", "m.csv:1:1: expected a finite number, found 'a'");
  check_refused("m.csv", "1,2\n3,\n", "m.csv:2:3: expected a finite number, found ''");
  check_refused("m.csv", "1,nan\n3,1\n", "m.csv:1:3");
  check_refused("m.csv", "1,1e999\n3,1\n", "m.csv:1:3");
  const Scratch scratch;
  for (const auto& [rows, cols] : {std::pair<std::int64_t, std::int64_t>{2, 3}, {3, 2}, {900, 3}}) {
    write_npy(scratch.path("m.npy"), random_rows(rows, cols, 1));
    CHECK_THROWS_AS(static_cast<void>(read_square_matrix(scratch.path("m.npy"))), Error);
  }
}
