#include "nearfar/io/format.h"

#include <doctest/doctest.h>

#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

Format detected(const Scratch& scratch, const std::string& name, const std::string& bytes,
                std::string_view option = "auto") {
  Source source(scratch.file(name, bytes));
  const Format format = input_format(option, source);
  std::string all(bytes.size() + 1, '\0');  // nothing is lost by looking
  std::size_t got = 0;
  while (const std::size_t now = source.read(all.data() + got, all.size() - got)) got += now;
  CHECK(all.substr(0, got) == bytes);
  return format;
}

}  // namespace

TEST_CASE("the table of formats is in the order of the enumeration") {
  for (const FormatInfo& info : formats()) CHECK(&format_info(info.format) == &info);
  CHECK(format_info(Format::npy).is_matrix);
  CHECK_FALSE(format_info(Format::csv).is_matrix);
}

TEST_CASE("input: the option, then the extension, then the first bytes, then CSV") {
  const Scratch scratch;
  const std::string npy = "\x93NUMPY\x01";
  CHECK((detected(scratch, "a.csv", "{}") == Format::csv));
  CHECK((detected(scratch, "a.tsv", "x") == Format::tsv));
  CHECK((detected(scratch, "a.tab", "x") == Format::tsv));
  CHECK((detected(scratch, "a.jsonl", "x") == Format::jsonl));
  CHECK((detected(scratch, "a.ndjson", "x") == Format::jsonl));
  CHECK((detected(scratch, "a.npy", "x") == Format::npy));
  CHECK((detected(scratch, "a.tsv.gz", "x") == Format::tsv));
  CHECK((detected(scratch, "a.dat", npy) == Format::npy));
  CHECK((detected(scratch, "a.dat", "{\"a\":1}") == Format::jsonl));
  CHECK((detected(scratch, "a.dat", "a,b\n") == Format::csv));
  CHECK((detected(scratch, "a.dat", "") == Format::csv));
  CHECK((detected(scratch, "a", "\x93NUM") == Format::csv));
  for (const char* name : {"a.idx", "t10k-images-idx3-ubyte", "t10k-images.idx3-ubyte.gz"})
    CHECK((detected(scratch, name, "x") == Format::idx));
  CHECK((detected(scratch, "a.dat", std::string("\0\0\x08\x01", 4)) == Format::idx));
  CHECK((detected(scratch, "a.fvecs", "x") == Format::fvecs));
  CHECK((detected(scratch, "a.bvecs.gz", "x") == Format::bvecs));
  CHECK((detected(scratch, "a.npy", "a\tb", "tsv") == Format::tsv));
  CHECK((detected(scratch, "a.csv", npy, "npy") == Format::npy));
  CHECK(kind_of([&] { (void)detected(scratch, "a.csv", "", "cvs"); }) == kUsage);
  CHECK(kind_of([&] { (void)detected(scratch, "a.csv", "", ""); }) == kUsage);
}

TEST_CASE("output: the option, then the extension, then the fallback") {
  CHECK((output_format("auto", "x.tsv", Format::csv) == Format::tsv));
  CHECK((output_format("auto", "x.npy", Format::csv) == Format::npy));
  CHECK((output_format("auto", "-", Format::npy) == Format::npy));
  CHECK((output_format("jsonl", "x.csv", Format::csv) == Format::jsonl));
  CHECK((output_format("auto", "-", Format::idx) == Format::npy));
  CHECK((output_format("auto", "x.idx", Format::csv) == Format::idx));
  CHECK((output_format("auto", "-", Format::bvecs) == Format::fvecs));
  CHECK(kind_of([] { (void)output_format("bvecs", "-", Format::csv); }) == kUsage);
  CHECK(kind_of([] { (void)output_format("auto", "x.bvecs", Format::csv); }) == kUsage);
  const auto error = error_of([] { (void)output_format("josnl", "x", Format::csv); });
  REQUIRE(error);
  CHECK((error->kind() == ErrorKind::usage));
  CHECK(contains(error->message(), "did you mean 'jsonl'"));
}

TEST_CASE("the delimiter is one character") {
  CHECK(delimiter_of(Format::csv, "") == ',');
  CHECK(delimiter_of(Format::tsv, "") == '\t');
  CHECK(delimiter_of(Format::csv, "\\t") == '\t');
  CHECK(delimiter_of(Format::csv, "\t") == '\t');
  CHECK(delimiter_of(Format::tsv, ";") == ';');
  for (const char* text : {";;", "\"", "\n", "\r", "\\n", "\xC2\xA7"}) {
    CAPTURE(std::string(text));
    CHECK(kind_of([&] { (void)delimiter_of(Format::csv, text); }) == kUsage);
  }
}

TEST_CASE("records of each text format, and options that do not apply") {
  const Scratch scratch;
  const auto columns = [&](const std::string& bytes, Format format, std::string_view delimiter, bool header) {
    return open_records(std::make_unique<Source>(scratch.file("t", bytes)), format, delimiter, header)
        ->header();
  };
  CHECK(columns("a,b\n", Format::csv, "", true) == std::vector<std::string>{"a", "b"});
  CHECK(columns("a,b\n", Format::csv, "", false) == std::vector<std::string>{"1", "2"});
  CHECK(columns("a\tb\n", Format::tsv, "", true) == std::vector<std::string>{"a", "b"});
  CHECK(columns("a;b\n", Format::csv, ";", true) == std::vector<std::string>{"a", "b"});
  CHECK(columns("{\"a\":1}\n", Format::jsonl, "", true) == std::vector<std::string>{"a"});
  CHECK(kind_of([&] { (void)columns("{\"a\":1}\n", Format::jsonl, ",", true); }) == kUsage);
  CHECK(kind_of([&] { (void)columns("{\"a\":1}\n", Format::jsonl, "", false); }) == kUsage);
  CHECK(kind_of([&] { (void)columns("x", Format::npy, "", true); }) == kUsage);
}

TEST_CASE("beside a matrix: a table by its extension, idx by its magic, else one label a line") {
  const Scratch scratch;
  const auto labels = [&](const std::string& name, const std::string& bytes) {
    const Beside beside = open_beside(scratch.file(name, bytes));
    std::string all = beside.is_table ? "table" : "labels";
    for (const std::string& column : beside.records->header()) all += " " + column;
    all += ":";
    Record record;
    while (beside.records->next(record)) all += " " + std::string(record.fields.back());
    return all;
  };
  CHECK(labels("l.csv", "id,kind\n1,x\n2,y\n") == "table id kind: x y");
  CHECK(labels("l.tsv", "id\tkind\n1\tx\n") == "table id kind: x");
  CHECK(labels("l.jsonl", "{\"kind\":\"x\"}\n") == "table kind: x");
  CHECK(labels("l.txt", "x\r\n\"y\"\na,b") == "labels label: x \"y\" a,b");
  CHECK(labels("l", std::string("\0\0\x08\x01\0\0\0\x03\x05\x00\xFF", 11)) == "labels label: 5 0 255");
  CHECK(kind_of([&] { (void)labels("l.txt", "x\nb\tc\n"); }) == kData);
}
