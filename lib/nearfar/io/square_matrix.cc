#include "nearfar/io/square_matrix.h"

#include "nearfar/core/error.h"
#include "nearfar/core/text.h"
#include "nearfar/io/format.h"

namespace nearfar {
namespace {

[[noreturn]] void refuse_shape(const std::string& file, std::int64_t rows, std::int64_t cols) {
  data_error("expected a square matrix of numbers, found " +
                 (rows > cols ? "more than " + counted(cols, "row") : counted(rows, "row")) + " of " +
                 counted(cols, "number"),
             {file, 0, 0, {}}, "write n lines of n numbers, without a header or names");
}

double number(const RecordReader& reader, const Record& record, std::size_t column) {
  double value = 0;
  if (parse_number(record.fields[column], value) != NumberStatus::ok) {
    data_error("expected a finite number, found '" + std::string(record.fields[column].substr(0, 40)) + "'",
               reader.place(record, column), "a matrix has numbers alone, without a header or names");
  }
  return value;
}

SquareMatrix read_text(RecordReader& reader) {
  SquareMatrix matrix;
  const auto cols = static_cast<std::int64_t>(reader.header().size());
  Record record;
  for (; reader.next(record); ++matrix.n) {
    if (matrix.n == cols) refuse_shape(reader.name(), cols + 1, cols);
    for (std::size_t j = 0; j < record.fields.size(); ++j) matrix.values.push_back(number(reader, record, j));
  }
  if (matrix.n != cols) refuse_shape(reader.name(), matrix.n, cols);
  return matrix;
}

SquareMatrix read_floats(MatrixReader& reader) {
  SquareMatrix matrix;
  matrix.from_floats = true;
  const std::int64_t cols = reader.cols();
  constexpr std::int64_t kBlock = 256;
  Matrix block;
  for (std::int64_t got = 1; got > 0; matrix.n += got) {
    if (matrix.n > cols) refuse_shape(reader.name(), matrix.n, cols);
    block = Matrix(0, cols);
    got = reader.read(block, kBlock);
    matrix.values.insert(matrix.values.end(), block.data(), block.data() + block.size());
  }
  if (matrix.n != cols) refuse_shape(reader.name(), matrix.n, cols);
  return matrix;
}

}  // namespace

SquareMatrix read_square_matrix(const std::string& file) {
  auto source = std::make_unique<Source>(file);
  const Format format = input_format("auto", *source);
  if (format_info(format).is_matrix) return read_floats(*open_matrix(std::move(source), format));
  const bool keys = format == Format::jsonl;  // there every row names its columns
  return read_text(*open_records(std::move(source), format, "", keys));
}

}  // namespace nearfar
