#include "nearfar/io/append_column.h"

#include <doctest/doctest.h>

#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

// The file with the column `split` added, its value the number of the row.
std::string appended(const std::string& text, Format format, bool header = true,
                     const std::string& column = "split") {
  const Scratch scratch;
  const std::unique_ptr<RecordReader> reader =
      open_records(std::make_unique<Source>(scratch.file("t", text)), format, "", header);
  const ColumnAppender appender(*reader, format, format == Format::jsonl ? ',' : delimiter_of(format, ""),
                                column);
  std::string out = appender.header();
  Record record;
  while (reader->next(record))
    out += appender.record(record.text, record.line_end, "s" + std::to_string(record.number));
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
  CHECK(appended("a\n1\n", Format::csv, true, "x,y") == "a,\"x,y\"\n1,s1\n");
  CHECK(kind_of([] { (void)appended("a,split\n1,2\n", Format::csv); }) == kUsage);
  CHECK(kind_of([] { (void)appended("{\"split\":1}\n", Format::jsonl); }) == kUsage);
}

TEST_CASE("for a matrix the table is that of row numbers") {
  const ColumnAppender appender("a,b");
  CHECK(appender.header() == "row,\"a,b\"\n");
  CHECK(appender.record("12", "\n", "x\"y") == "12,\"x\"\"y\"\n");
  CHECK(kind_of([] { (void)ColumnAppender("row"); }) == kUsage);
}
