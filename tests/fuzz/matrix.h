// Files of numbers alone.
#pragma once

#include <cmath>
#include <cstring>

#include "fuzz/target.h"
#include "nearfar/io/format.h"
#include "nearfar/io/matrix_reader.h"

namespace nearfar::fuzz {

/// Whether the whole file is accepted; then `all` has its rows, read `block` at a time.
inline bool read_matrix(const InputFile& file, Format format, std::int64_t block, Matrix& all) {
  return accepted([&] {
    const std::unique_ptr<MatrixReader> reader = open_matrix(std::make_unique<Source>(file.path()), format);
    std::int64_t rows = 0;
    for (std::int64_t got = 1; got > 0; rows += got) {
      got = reader->read(all, block);
      require(got >= 0 && got <= block, "as many rows as asked for at most");
    }
    require(rows == all.rows() && (reader->rows() < 0 || rows == reader->rows()), "all rows come");
    require(rows == 0 || all.cols() == reader->cols(), "rows have the length that was said");
    for (std::int64_t i = 0; i < all.size(); ++i) require(std::isfinite(all.data()[i]), "numbers are finite");
  });
}

/// A pipe gives what a file gives, in blocks of any size.
inline int check_matrix(Format format, const std::uint8_t* data, std::size_t size) {
  const Input input(data, size);
  if (size > InputFile::kMostInPipe) return 0;
  const InputFile file(input.bytes);
  const InputFile pipe(input.bytes, InputFile::Kind::pipe);
  Matrix from_file;
  Matrix from_pipe;
  const bool whole = read_matrix(file, format, 1'000'000, from_file);
  require(read_matrix(pipe, format, 1 + input.choice % 16, from_pipe) == whole,
          "a pipe is taken where a file is");
  if (!whole) return 0;
  require(from_file.rows() == from_pipe.rows(), "a pipe gives as many rows as a file");
  if (from_file.rows() == 0) return 0;
  require(from_file.cols() == from_pipe.cols() &&
              std::memcmp(from_file.data(), from_pipe.data(),
                          static_cast<std::size_t>(from_file.size()) * sizeof(float)) == 0,
          "a pipe gives what a file gives");
  return 0;
}

}  // namespace nearfar::fuzz
