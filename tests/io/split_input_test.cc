#include "nearfar/io/split_input.h"

#include <doctest/doctest.h>

#include "nearfar/io/matrix_writer.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

using Codes = std::vector<std::int32_t>;
using Numbers = std::vector<std::int64_t>;

struct Read {
  SplitInput input;
  SplitRows rows;
  std::vector<std::string> notes;
};

Read read(const TableOptions& options, SplitStrategy strategy = SplitStrategy::random,
          const std::string& group = "") {
  Read result;
  result.input = open_split_input(options, strategy);
  result.rows = read_split_rows(result.input, options, strategy, group, result.notes);
  return result;
}

int read_kind(const TableOptions& options, SplitStrategy strategy = SplitStrategy::random) {
  return kind_of([&] { (void)read(options, strategy); });
}

TableOptions table(const Scratch& scratch, const std::string& text, const std::string& name = "t.csv") {
  TableOptions options;
  options.file = scratch.file(name, text);
  return options;
}

// A matrix of `rows` rows.
TableOptions matrix(const Scratch& scratch, std::int64_t rows) {
  Sink sink(scratch.path("m.npy"));
  const auto writer = open_matrix_writer(sink, Format::npy, rows, 2);
  writer->write(Matrix(rows, 2));
  writer->finish();
  sink.close();
  TableOptions options;
  options.file = scratch.path("m.npy");
  return options;
}

}  // namespace

TEST_CASE("a table: records as they stand, those that pass the conditions") {
  const Scratch scratch;
  TableOptions options = table(scratch, "k;x\r\n\"a\";1\r\nb; 2\r\na;3\r\n");
  options.delimiter = ";";
  options.label = "k";
  options.where = {{"x", "3", false}};
  options.label_rules.ignored = {"b", "c"};
  const Read read_rows = read(options, SplitStrategy::stratified);
  CHECK(read_rows.input.is_table);
  CHECK(read_rows.input.delimiter == ';');
  REQUIRE(read_rows.rows.count == 2);
  CHECK(read_rows.rows.records.text(0) == "\"a\";1");
  CHECK(read_rows.rows.records.line_end(1) == "\r\n");
  CHECK(read_rows.rows.numbers.empty());
  CHECK(read_rows.rows.groups.codes == Codes{0, -1});
  REQUIRE(read_rows.notes.size() == 2);
  CHECK(contains(read_rows.notes[0], "1 row of unknown class"));
  CHECK(contains(read_rows.notes[1], "no row has the label 'c'"));
}

TEST_CASE("a matrix alone is its number of rows; what names a column is refused") {
  const Scratch scratch;
  TableOptions options = matrix(scratch, 5);
  const Read read_rows = read(options);
  CHECK_FALSE(read_rows.input.is_table);
  CHECK(read_rows.input.reader == nullptr);
  CHECK(read_rows.rows.count == 5);
  CHECK(read_rows.rows.numbers.empty());
  CHECK(read_kind(options, SplitStrategy::by_items) == kUsage);
  options.where = {{"x", "3", true}};
  CHECK(read_kind(options) == kUsage);
  options = matrix(scratch, 5);
  options.delimiter = ";";
  CHECK(read_kind(options) == kUsage);
  options = matrix(scratch, 5);
  options.header = false;
  CHECK(read_kind(options) == kUsage);
}

TEST_CASE("a matrix with a table beside it is that table, of as many rows") {
  const Scratch scratch;
  TableOptions options = matrix(scratch, 3);
  options.labels_from = scratch.file("side.tsv", "k\tw\na\t1\nb\t2\na\t3\n");
  options.label = "k";
  const Read read_rows = read(options, SplitStrategy::by_class);
  CHECK(read_rows.input.is_table);
  CHECK(read_rows.input.delimiter == '\t');
  CHECK(read_rows.rows.records.text(1) == "b\t2");
  CHECK(read_rows.rows.groups.codes == Codes{0, 1, 0});
  options.file = matrix(scratch, 4).file;
  const auto error = error_of([&] { (void)read(options, SplitStrategy::by_class); });
  REQUIRE(error);
  CHECK((error->kind() == ErrorKind::data));
  CHECK(contains(error->message(), "expected 4 rows, one for each row of"));
}

TEST_CASE("a matrix with labels alone: row numbers, and the labels need no name") {
  const Scratch scratch;
  TableOptions options = matrix(scratch, 4);
  options.labels_from = scratch.file("labels.txt", "a\nb\na\nb\n");
  Read read_rows = read(options, SplitStrategy::stratified);
  CHECK_FALSE(read_rows.input.is_table);
  CHECK(read_rows.rows.numbers == Numbers{1, 2, 3, 4});
  CHECK(read_rows.rows.groups.codes == Codes{0, 1, 0, 1});
  options.where = {{"label", "b", true}};
  read_rows = read(options, SplitStrategy::stratified);
  CHECK(read_rows.rows.numbers == Numbers{2, 4});
  CHECK(read_rows.rows.count == 2);
}

TEST_CASE("no row, and labels beside a table, are refused") {
  const Scratch scratch;
  CHECK(read_kind(table(scratch, "a\n")) == kData);
  TableOptions options = table(scratch, "a\n1\n");
  options.where = {{"a", "2", true}};
  CHECK(
      contains(error_of([&] { (void)read(options); })->message(), "the only row does not pass --where a=2"));
  options = table(scratch, "a\n1\n");
  options.labels_from = scratch.file("labels.txt", "x\n");
  CHECK(read_kind(options) == kUsage);
}
