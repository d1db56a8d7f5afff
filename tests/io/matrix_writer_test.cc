#include "nearfar/io/matrix_writer.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <thread>

#include "nearfar/core/random.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

constexpr Format kWritten[] = {Format::npy, Format::idx, Format::fvecs};

Matrix any_floats(std::int64_t rows, std::int64_t cols) {
  Random random(1);
  Matrix matrix(rows, cols);
  for (std::int64_t i = 0; i < matrix.size(); ++i) {
    float value = 0;
    do value = std::bit_cast<float>(random.next32());
    while (!std::isfinite(value));
    matrix.data()[i] = value;
  }
  return matrix;
}

void write_matrix(const std::string& file, Format format, std::int64_t declared, const Matrix& matrix) {
  Sink sink(file);
  const std::unique_ptr<MatrixWriter> writer = open_matrix_writer(sink, format, declared, matrix.cols());
  writer->write(matrix.view().slice(0, matrix.rows() / 2));
  writer->write(matrix.view().slice(matrix.rows() / 2, matrix.rows()));
  writer->finish();
  sink.close();
}

}  // namespace

TEST_CASE("what is written has the same bits when it is read, in blocks of any size") {
  const Scratch scratch;
  const Matrix matrix = any_floats(137, 9);
  const std::string file = scratch.path("matrix");
  for (const Format format : kWritten) {
    CAPTURE(std::string(format_info(format).name));
    for (const std::int64_t declared : {137, -1}) {
      write_matrix(file, format, declared, matrix);
      for (const std::int64_t step : {1, 10, 137, 1000}) {
        const std::unique_ptr<MatrixReader> reader = open_matrix(std::make_unique<Source>(file), format);
        Matrix back;
        while (reader->read(back, step) > 0) {
        }
        REQUIRE(back.rows() == 137);
        REQUIRE(back.cols() == 9);
        CHECK(std::memcmp(back.data(), matrix.data(),
                          static_cast<std::size_t>(matrix.size()) * sizeof(float)) == 0);
      }
    }
  }
}

TEST_CASE("the bytes of each format") {
  const Scratch scratch;
  Matrix one(2, 1);
  one(0, 0) = 1.5F;
  one(1, 0) = -2;
  const auto written = [&](Format format) {
    write_matrix(scratch.path("m"), format, 2, one);
    return bytes_of(scratch.path("m"));
  };
  const std::string npy = written(Format::npy);
  CHECK(npy.size() == 128 + 8);
  CHECK(npy.substr(0, 10) == std::string("\x93NUMPY\x01\x00\x76\x00", 10));
  CHECK(npy.substr(10, 59) == "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1), }");
  CHECK(npy.substr(127) == std::string("\n\0\0\xC0\x3F\0\0\0\xC0", 9));
  CHECK(written(Format::idx) == std::string("\0\0\x0D\x02\0\0\0\x02\0\0\0\x01\x3F\xC0\0\0\xC0\0\0\0", 20));
  CHECK(written(Format::fvecs) == std::string("\x01\0\0\0\0\0\xC0\x3F\x01\0\0\0\0\0\0\xC0", 16));
}

TEST_CASE("a number of rows that is not known needs a file that can be rewritten, except in fvecs") {
  const Scratch scratch;
  for (const Format format : kWritten) {
    const std::string fifo = scratch.path("fifo" + std::string(format_info(format).name));
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
    std::thread reader([&] { (void)bytes_of(fifo); });
    {
      Sink sink(fifo);
      const std::unique_ptr<MatrixWriter> writer = open_matrix_writer(sink, format, -1, 2);
      writer->write(Matrix(3, 2));
      CHECK(kind_of([&] { writer->finish(); }) == (format == Format::fvecs ? 0 : kIo));
    }
    reader.join();
  }
}

TEST_CASE("an idx file says at most 2^32 - 1 rows") {
  const Scratch scratch;
  Sink sink(scratch.path("m"));
  CHECK(kind_of([&] { (void)open_matrix_writer(sink, Format::idx, std::int64_t{1} << 32U, 2); }) == kData);
}
