#include "nearfar/io/tuple_file.h"

#include <doctest/doctest.h>

#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

using Items = std::vector<std::int32_t>;

// Rows 2, 3, 5 and 8 of a file of 9 rows.
Dataset sample(bool with_ids) {
  Dataset data;
  data.row_numbers = {2, 3, 5, 8};
  data.file_rows = 9;
  if (with_ids) data.ids = {"w", "x", "y", "1"};
  return data;
}

Tuples read(const std::string& text, bool with_ids = true, const std::vector<Condition>& where = {},
            const std::string& name = "t.csv") {
  const Scratch scratch;
  std::vector<std::string> notes;
  return read_tuples(scratch.file(name, text), where, sample(with_ids), notes);
}

std::string problem(const std::string& text, bool with_ids = true) {
  const auto error = error_of([&] { (void)read(text, with_ids); });
  if (!error) return "none";
  CHECK((error->kind() == ErrorKind::data));
  return std::to_string(error->place().line) + ":" + std::to_string(error->place().column) + " " +
         error->message();
}

std::string written(TupleKind kind, bool with_ids, Format format, std::vector<std::string> extra,
                    const Items& items, const std::vector<float>& numbers) {
  const Scratch scratch;
  const Dataset data = sample(with_ids);
  Sink sink(scratch.path("t"));
  TupleWriter writer(sink, kind, data, format, std::move(extra));
  writer.write(items, numbers);
  sink.close();
  return bytes_of(scratch.path("t"));
}

}  // namespace

TEST_CASE("the header tells the kind; further columns are allowed, in any order") {
  const Tuples pairs = read("a,b,similar\nw,x,1\ny,1,0\n");
  CHECK((pairs.kind == TupleKind::pairs));
  CHECK(pairs.items == Items{0, 1, 2, 3});
  CHECK(pairs.values == std::vector<float>{1, 0});
  const Tuples graded = read("similarity,note,b,a\n0.25,n,x,w\n-3,n,w,y\n");
  CHECK((graded.kind == TupleKind::graded_pairs));
  CHECK(graded.items == Items{0, 1, 2, 0});
  CHECK(graded.values == std::vector<float>{0.25, -3});
  const Tuples triplets = read("anchor,positive,negative,d_ap,d_an\nw,x,y,0.1,0.2\n");
  CHECK((triplets.kind == TupleKind::triplets));
  CHECK(triplets.items == Items{0, 1, 2});
  CHECK(triplets.values.empty());
  const Tuples quadruplets = read("a,b,c,d\nw,x,y,1\n");
  CHECK((quadruplets.kind == TupleKind::quadruplets));
  CHECK(quadruplets.items == Items{0, 1, 2, 3});
}

TEST_CASE("row_ columns hold 1-based rows of the whole file, with ids or without") {
  for (const bool with_ids : {true, false}) {
    CHECK(read("row_a,row_b,similar\n2,3,1\n8,5,0\n", with_ids).items == Items{0, 1, 3, 2});
    CHECK(read("row_anchor,row_positive,row_negative\n8,5,2\n", with_ids).items == Items{3, 2, 0});
    CHECK(read("row_a,row_b,row_c,row_d\n8,5,2,3\n", with_ids).items == Items{3, 2, 0, 1});
  }
}

TEST_CASE("other text formats, and conditions on further columns") {
  CHECK(read("anchor\tpositive\tnegative\nw\tx\ty\n", true, {}, "t.tsv").items == Items{0, 1, 2});
  CHECK(read("{\"a\":\"w\",\"b\":\"y\",\"similar\":1}\n", true, {}, "t.jsonl").items == Items{0, 2});
  const std::string text = "a,b,similar,split\nw,x,1,train\nnobody,x,1,test\n";
  CHECK(read(text, true, {{"split", "test", false}}).size() == 1);
  CHECK(kind_of([&] { (void)read(text, true, {{"split", "valid", true}}); }) == kData);
  CHECK(kind_of([&] { (void)read(text, true, {{"fold", "1", true}}); }) == kData);
}

TEST_CASE("items and values that cannot be are refused with their place") {
  CHECK(problem("a,b,similar\nw,x,1\nw,zz,0\n") ==
        "3:3 there is no item 'zz' in the data, or --where removed it");
  CHECK(problem("row_a,row_b,similar\n2,4,1\n") == "2:3 row 4 was removed by --where");
  CHECK(problem("row_a,row_b,similar\n2,10,1\n") == "2:3 there is no row 10; the data have 9");
  CHECK(problem("row_a,row_b,similar\n0,3,1\n") == "2:1 there is no row 0; the data have 9");
  CHECK(problem("row_a,row_b,similar\n2,x,1\n") == "2:3 expected a row number, found 'x'");
  CHECK(problem("row_a,row_b,similar\n2,3.0,1\n") == "2:3 expected a row number, found '3.0'");
  CHECK(problem("a,b,similar\nw,x,0.5\n") == "2:5 expected 1 (similar) or 0, found '0.5'");
  CHECK(problem("a,b,similar\nw,x,\n") == "2:5 expected 1 (similar) or 0, found ''");
  CHECK(problem("a,b,similarity\nw,x,nan\n") == "2:5 expected a number, found 'nan'");
  CHECK(problem("a,b,similar\n") == "0:0 there are no pairs");
  CHECK(contains(problem("a,b\nw,x\n"), "1:0 the header is not that of a tuple file: a and b"));
  CHECK(contains(problem("a,b,similar\nw,x,1\n", false),
                 "1:0 the tuples name items by id, and the data have no id column"));
}

TEST_CASE("tuples are written by id, else by row number") {
  CHECK(written(TupleKind::triplets, true, Format::csv, {}, {0, 1, 3}, {}) ==
        "anchor,positive,negative\nw,x,1\n");
  CHECK(written(TupleKind::triplets, false, Format::csv, {"d_ap", "d_an"}, {0, 1, 3}, {0.5, 1.25}) ==
        "row_anchor,row_positive,row_negative,d_ap,d_an\n2,3,8,0.5,1.25\n");
  CHECK(written(TupleKind::pairs, true, Format::tsv, {"distance"}, {2, 3}, {1, 0.1F}) ==
        "a\tb\tsimilar\tdistance\ny\t1\t1\t0.1\n");
  CHECK(written(TupleKind::graded_pairs, true, Format::jsonl, {}, {2, 3}, {0.75}) ==
        "{\"a\":\"y\",\"b\":\"1\",\"similarity\":0.75}\n");
  CHECK(written(TupleKind::quadruplets, false, Format::jsonl, {}, {0, 1, 2, 3}, {}) ==
        "{\"row_a\":2,\"row_b\":3,\"row_c\":5,\"row_d\":8}\n");
  CHECK(kind_of([] { (void)written(TupleKind::pairs, true, Format::npy, {}, {0, 1}, {1}); }) == kUsage);
}

TEST_CASE("ids with commas and quotes survive writing and reading") {
  const Scratch scratch;
  Dataset data = sample(true);
  data.ids = {"a,b", "say \"x\"", "line\nend", ""};
  for (const Format format : {Format::csv, Format::tsv, Format::jsonl}) {
    const std::string file = scratch.path("t." + std::string(format_info(format).name));
    Sink sink(file);
    TupleWriter writer(sink, TupleKind::triplets, data, format, {});
    writer.write(Items{0, 1, 2}, {});
    writer.write(Items{2, 0, 1}, {});
    sink.close();
    std::vector<std::string> notes;
    CHECK(read_tuples(file, {}, data, notes).items == Items{0, 1, 2, 2, 0, 1});
  }
}
