#include "nearfar/io/table.h"

#include <doctest/doctest.h>

#include "nearfar/io/matrix_writer.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

using Names = std::vector<std::string>;
using Values = std::vector<float>;

const char* const kPlants =
    "id,kind,a,b,split\n"
    "p1,rose,1,0.5,train\n"
    "p2,oak,2,1.5,test\n"
    "p3,rose,3,2.5,train\n"
    "p4,elm,4,3.5,train\n";

class Files {
 public:
  TableOptions options(const std::string& text, const std::string& name = "t.csv") const {
    TableOptions options;
    options.file = scratch_.file(name, text);
    return options;
  }
  /// The numbers 1, 2, ... as rows x cols.
  TableOptions matrix(std::int64_t rows, std::int64_t cols) const {
    Matrix values(rows, cols);
    for (std::int64_t i = 0; i < values.size(); ++i) values.data()[i] = static_cast<float>(i + 1);
    TableOptions options;
    options.file = scratch_.path("m.npy");
    Sink sink(options.file);
    const auto writer = open_matrix_writer(sink, Format::npy, rows, cols);
    writer->write(values);
    writer->finish();
    sink.close();
    return options;
  }
  const Scratch& scratch() const { return scratch_; }

 private:
  Scratch scratch_;
};

Dataset read(const TableOptions& options) {
  std::vector<std::string> notes;
  return read_table(options, notes);
}

int read_kind(const TableOptions& options) {
  return kind_of([&] { (void)read(options); });
}

std::string problem(const TableOptions& options) {
  const auto error = error_of([&] { (void)read(options); });
  return error ? std::string(error->what()) : "";
}

Values row_of(const Dataset& data, std::int64_t i) {
  return {data.features.row(i), data.features.row(i) + data.features.cols()};
}

Names column(const Dataset& data, const std::string& name) {
  for (const TextColumn& text : data.columns) {
    if (text.name == name) return text.values;
  }
  return {"no such column"};
}

Names label_texts(const Dataset& data) {
  Names texts;
  for (const std::int32_t code : data.labels.codes)
    texts.push_back(data.labels.names.at(static_cast<std::size_t>(code)));
  return texts;
}

}  // namespace

TEST_CASE("a labelled table: features, ids, labels, row numbers") {
  const Files files;
  TableOptions options = files.options(kPlants);
  options.label = "kind";
  std::vector<std::string> notes;
  const Dataset data = read_table(options, notes);
  CHECK(data.rows() == 4);
  CHECK(data.file_rows == 4);
  CHECK(data.feature_names == Names{"a", "b"});
  CHECK(data.has_names);
  CHECK(row_of(data, 2) == Values{3, 2.5});
  CHECK(data.ids == Names{"p1", "p2", "p3", "p4"});
  CHECK(label_texts(data) == Names{"rose", "oak", "rose", "elm"});
  CHECK(data.row_numbers == std::vector<std::int64_t>{1, 2, 3, 4});
  REQUIRE(notes.size() == 1);
  CHECK(contains(notes[0], "2 features (a, b); left out: split"));
}

TEST_CASE("rows pass every --where, compared as text") {
  const Files files;
  TableOptions options = files.options(kPlants);
  options.where = {{"split", "train", true}, {"kind", "elm", false}};
  const Dataset data = read(options);
  CHECK(data.ids == Names{"p1", "p3"});
  CHECK(data.row_numbers == std::vector<std::int64_t>{1, 3});
  CHECK(data.file_rows == 4);
  CHECK(data.row_name(1) == "p3");
  options.where = {{"b", "1.50", true}};
  options.where_option = "--gallery-where";
  CHECK(contains(problem(options), "none of the 4 rows passes --gallery-where"));
  options.where = {{"fold", "1", true}};
  CHECK(contains(problem(options), "--gallery-where: there is no column 'fold'"));
}

TEST_CASE("a row that --where removes may hold anything in its features") {
  const Files files;
  TableOptions options = files.options("s,a\ntrain,1\ntest,\ntrain,3\n");
  options.where = {{"s", "train", true}};
  CHECK(read(options).rows() == 2);
  options.where.clear();
  CHECK(read_kind(options) == kData);
}

TEST_CASE("named and kept columns are text, in the order asked for, and no features") {
  const Files files;
  TableOptions options = files.options(kPlants);
  options.named = {{"--group", "b"}};
  options.keep = "split,kind";
  const Dataset data = read(options);
  REQUIRE(data.columns.size() == 3);
  CHECK(data.columns[0].name == "b");
  CHECK(data.columns[1].name == "split");
  CHECK(column(data, "b") == Names{"0.5", "1.5", "2.5", "3.5"});
  CHECK(data.feature_names == Names{"a"});
  options.named[0].column = "g";
  CHECK(contains(problem(options), "--group: there is no column 'g'"));
}

TEST_CASE("blocks are the whole table, cut") {
  const Files files;
  TableOptions options = files.options(kPlants);
  options.label = "kind";
  TableReader reader(options);
  Dataset block;
  Names ids;
  std::int64_t blocks = 0;
  while (reader.read(block, 3)) {
    ++blocks;
    CHECK(block.rows() <= 3);
    CHECK(block.labels.codes[0] == 0);
    ids.insert(ids.end(), block.ids.begin(), block.ids.end());
  }
  CHECK(blocks == 2);
  CHECK(ids == Names{"p1", "p2", "p3", "p4"});
  CHECK(reader.declared_rows() == -1);
}

TEST_CASE("bad values are refused with their place") {
  const Files files;
  CHECK(problem(files.options("x,a\nu,1\nv,abc\n"))
            .starts_with(files.scratch().path("t.csv") +
                         ":3:3: expected a number in the feature column 'a', found 'abc'\n  v,abc\n    ^"));
  CHECK(contains(problem(files.options("x,a\nu,1\nv,\n")),
                 ":3:3: expected a number in the feature column 'a', found nothing"));
  CHECK(contains(problem(files.options("x,a\nu,1\n\"v\nw\",NaN\n")),
                 ":4:4: 'NaN' in the feature column 'a' is not a finite number"));
  CHECK(contains(problem(files.options("a\nnan\n")),
                 ":2:1: 'nan' in the feature column 'a' is not a finite number"));
  CHECK(contains(problem(files.options("a\n1e39\n")),
                 ":2:1: 1e39 in the feature column 'a' is beyond the range of 32-bit floats"));
  CHECK(contains(problem(files.options("id,a\nx,1\n,2\n")), ":3:1: an empty id"));
  TableOptions options = files.options("a,k\n1,x\n2,\n");
  options.label = "k";
  CHECK(contains(problem(options), ":3:3: an empty label"));
  CHECK(contains(problem(files.options("{\"a\":1}\n{\"a\":\"x\"}\n", "t.jsonl")), ":2:6: expected a number"));
}

TEST_CASE("label fields are read by the rules; rows of unknown class stay rows") {
  const Files files;
  TableOptions options = files.options("k,a\nx;y,1\n?,2\ny,3\n");
  options.label = "k";
  options.label_rules = {";", {"?", "none"}};
  std::vector<std::string> notes;
  const Dataset data = read_table(options, notes);
  CHECK(data.rows() == 3);
  CHECK(data.labels.codes == std::vector<std::int32_t>{0, -1, 1});
  CHECK(data.labels.similar(0, 1));
  REQUIRE(notes.size() == 3);
  CHECK(contains(notes[1], "t.csv: 1 row of unknown class (--ignore-label)"));
  CHECK(contains(notes[2], "t.csv: no row has the label 'none' of --ignore-label"));
  TableReader reader(options);  // by blocks the remarks on all rows come at the end
  Dataset block;
  CHECK(reader.read(block, 2));
  CHECK(reader.notes().size() == 1);
  CHECK(reader.read(block, 2));
  CHECK(reader.notes() == notes);
}

TEST_CASE("an empty label among several is refused with its place, unless empty labels are ignored") {
  const Files files;
  TableOptions options = files.options("a,k\n1,x;y\n2,x;\n");
  options.label = "k";
  options.label_rules.separator = ";";
  CHECK(contains(problem(options), ":3:3: an empty label in 'x;'"));
  options.label_rules.ignored = {""};
  CHECK(read(options).labels.codes == std::vector<std::int32_t>{0, 1});
}

TEST_CASE("rules for labels without a label column are refused") {
  const Files files;
  TableOptions options = files.options("a,k\n1,x\n");
  options.label_rules.separator = ";";
  CHECK(contains(problem(options), "--label-separator goes with --label"));
  CHECK(read_kind(options) == kUsage);
  options.label_rules = {"", {"x"}};
  CHECK(contains(problem(options), "--ignore-label goes with --label"));
  TableOptions matrix = files.matrix(2, 2);
  matrix.label_rules = options.label_rules;
  CHECK(read_kind(matrix) == kUsage);
  matrix.labels_from = files.scratch().file("labels.txt", "x\ny\n");
  CHECK(read(matrix).labels.codes == std::vector<std::int32_t>{-1, 0});
}

TEST_CASE("repeated ids are refused with both rows, but not by the streaming reader") {
  const Files files;
  TableOptions options = files.options("id,a,b\nx,1,4\ny,2,5\nx,3,6\n");
  CHECK(contains(problem(options), "the id 'x' appears twice: in data rows 1 and 3"));
  options.id = "a";
  CHECK(read(options).ids == Names{"1", "2", "3"});
}

TEST_CASE("tables without rows are refused") {
  const Files files;
  CHECK(read_kind(files.options("")) == kData);
  CHECK(contains(problem(files.options("a,b\n")), "there are no data rows"));
}

TEST_CASE("--no-header: columns are numbers") {
  const Files files;
  TableOptions options = files.options("x,1,2\ny,3,4\n");
  options.header = false;
  options.label = "1";
  const Dataset data = read(options);
  CHECK_FALSE(data.has_names);
  CHECK(data.feature_names == Names{"2", "3"});
  CHECK(row_of(data, 1) == Values{3, 4});
  CHECK(label_texts(data) == Names{"x", "y"});
}

TEST_CASE("tab-separated values and JSON Lines are tables like any other") {
  const Files files;
  CHECK(row_of(read(files.options("k\ta\tb\nx\t1\t2\n", "t.tsv")), 0) == Values{1, 2});
  TableOptions options =
      files.options("{\"id\":\"x\",\"vector\":[1,2]}\n{\"vector\":[3,4],\"id\":\"y\"}\n", "t.jsonl");
  const Dataset data = read(options);
  CHECK(data.feature_names == Names{"e1", "e2"});
  CHECK(row_of(data, 1) == Values{3, 4});
  CHECK(data.ids == Names{"x", "y"});
}

TEST_CASE("a matrix: numbered features, declared rows, selected columns") {
  const Files files;
  TableOptions options = files.matrix(4, 3);
  CHECK(TableReader(options).declared_rows() == 4);
  Dataset data = read(options);
  CHECK(data.rows() == 4);
  CHECK_FALSE(data.has_names);
  CHECK(data.feature_names == Names{"1", "2", "3"});
  CHECK(row_of(data, 3) == Values{10, 11, 12});
  options.features = "3,1";
  data = read(options);
  CHECK(data.feature_names == Names{"3", "1"});
  CHECK(row_of(data, 3) == Values{12, 10});
  options.features = "!1-";
  CHECK(read_kind(options) == kData);
  options.features = "4";
  CHECK(read_kind(options) == kData);
  options.features.clear();
  options.label = "label";
  CHECK(contains(problem(options), "--labels-from"));
  options.label.clear();
  options.delimiter = ";";
  CHECK(read_kind(options) == kUsage);
}

TEST_CASE("--labels-from a side table gives ids, labels, conditions and kept columns") {
  const Files files;
  TableOptions options = files.matrix(4, 2);
  options.labels_from = files.scratch().file("side.csv", kPlants);
  options.label = "kind";
  options.keep = "a,split";
  options.where = {{"split", "train", true}};
  const Dataset data = read(options);
  CHECK(data.ids == Names{"p1", "p3", "p4"});
  CHECK(label_texts(data) == Names{"rose", "rose", "elm"});
  CHECK(column(data, "a") == Names{"1", "3", "4"});
  CHECK(row_of(data, 1) == Values{5, 6});
  CHECK(data.row_numbers == std::vector<std::int64_t>{1, 3, 4});
}

TEST_CASE("--labels-from anything else is one label a line") {
  const Files files;
  TableOptions options = files.matrix(3, 2);
  options.labels_from = files.scratch().file("labels.txt", "red, dark\n7\nred, dark\n");
  CHECK(label_texts(read(options)) == Names{"red, dark", "7", "red, dark"});
  options.keep = "label";
  CHECK(column(read(options), "label") == Names{"red, dark", "7", "red, dark"});
  options.keep.clear();
  options.labels_from = files.scratch().file("labels.txt", "a\n\nb\n");
  CHECK(contains(problem(options), ":2:1: an empty label"));
  options.labels_from = files.scratch().file("labels.txt", "a\tb\nc\td\ne\tf\n");
  CHECK(read_kind(options) == kData);
  TableOptions table = files.options(kPlants);
  table.labels_from = options.labels_from;
  CHECK(read_kind(table) == kUsage);
}

TEST_CASE("the rows of both files must be equally many") {
  const Files files;
  TableOptions options = files.matrix(3, 2);
  for (const char* labels : {"a\nb\n", "a\nb\nc\nd\n", "a\nb\nc\nd\ne\n"}) {
    options.labels_from = files.scratch().file("labels.txt", labels);
    const std::size_t lines = std::string(labels).size() / 2;
    CHECK(read_kind(options) == kData);
    CHECK(contains(problem(options), "expected 3 rows, one for each row of " + options.file + ", found " +
                                         std::to_string(lines)));
  }
}
