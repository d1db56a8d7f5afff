#include "nearfar/io/append_column.h"

#include <doctest/doctest.h>

#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

// The file with columns added, `split` by default; the values are the number of the row, behind an s for a
// text.
std::string appended(const std::string& text, Format format, bool header = true,
                     const std::vector<NewColumn>& columns = {{"split"}}) {
  const Scratch scratch;
  const std::unique_ptr<RecordReader> reader =
      open_records(std::make_unique<Source>(scratch.file("t", text)), format, "", header);
  const ColumnAppender appender(*reader, format, format == Format::jsonl ? ',' : delimiter_of(format, ""),
                                columns, "rename it");
  std::string out = appender.header();
  Record record;
  while (reader->next(record)) {
    std::vector<std::string> values;
    for (const NewColumn& column : columns)
      values.push_back((column.is_number ? "" : "s") + std::to_string(record.number));
    appender.append(out, record.text, record.line_end, values);
  }
  return out;
}

}  // namespace

TEST_CASE("records keep their bytes and get one field more") {
  CHECK(appended("a,b\n1,\"x\ny\"\n 2.50 ,\"q\"\"\"\n", Format::csv) ==
        "a,b,split\n1,\"x\ny\",s1\n 2.50 ,\"q\"\"\",s2\n");
  CHECK(appended("a,b\r\n1,2\r\n", Format::csv) == "a,b,split\r\n1,2,s1\r\n");
  CHECK(appended("a\tb\n1\t2\n", Format::tsv) == "a\tb\tsplit\n1\t2\ts1\n");
  CHECK(appended("a,b\n1,2", Format::csv) == "a,b,split\n1,2,s1\n");
  CHECK(appended("1,2\n3,4\n", Format::csv, false) == "1,2,s1\n3,4,s2\n");
  CHECK(appended("{\"a\": 1 }\n{ \"a\" : \"}\" }\n", Format::jsonl) ==
        "{\"a\": 1 ,\"split\":\"s1\"}\n{ \"a\" : \"}\" ,\"split\":\"s2\"}\n");
}

TEST_CASE("a name that needs quotes gets them, one that is there is refused") {
  CHECK(appended("a\n1\n", Format::csv, true, {{"x,y"}}) == "a,\"x,y\"\n1,s1\n");
  CHECK(kind_of([] { (void)appended("a,split\n1,2\n", Format::csv); }) == kUsage);
  CHECK(kind_of([] { (void)appended("{\"split\":1}\n", Format::jsonl); }) == kUsage);
}

TEST_CASE("several columns, numbers among them") {
  const std::vector<NewColumn> columns{{"d", true}, {"same", true}, {"note", false}};
  CHECK(appended("a\n1\n", Format::csv, true, columns) == "a,d,same,note\n1,1,1,s1\n");
  CHECK(appended("{\"a\":1}\n", Format::jsonl, true, columns) ==
        "{\"a\":1,\"d\":1,\"same\":1,\"note\":\"s1\"}\n");
  const auto error = error_of([&] { (void)appended("a,same\n1,2\n", Format::csv, true, columns); });
  REQUIRE(error);
  CHECK(contains(error->message(), "already has a column 'same'"));
  CHECK(error->advice() == "rename it");
}

TEST_CASE("JSON Lines: a value like the name of the column is no key, a vector's key is one") {
  CHECK(appended("{\"a\":\"split\"}\n", Format::jsonl) == "{\"a\":\"split\",\"split\":\"s1\"}\n");
  CHECK(kind_of([] { (void)appended("{\"a\":\"split\",\"split\":[1]}\n", Format::jsonl); }) == kUsage);
}

TEST_CASE("for a matrix the table is that of row numbers") {
  const ColumnAppender appender({{"a,b"}}, "");
  CHECK(appender.header() == "row,\"a,b\"\n");
  std::string out;
  appender.append(out, "12", "\n", std::vector<std::string>{"x\"y"});
  CHECK(out == "12,\"x\"\"y\"\n");
  CHECK(kind_of([] { (void)ColumnAppender({{"row"}}, ""); }) == kUsage);
}
