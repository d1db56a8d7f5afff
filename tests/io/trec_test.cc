#include "nearfar/io/trec.h"

#include <doctest/doctest.h>

#include "nearfar/io/trec_lines.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

struct Read {
  NameTable items;
  std::vector<std::string> notes;
  Qrels qrels;
  Run run;
};

Read qrels_of(const Scratch& scratch, std::string_view text) {
  Read read;
  read.qrels = read_qrels(scratch.file("qrels", text), read.items, read.notes);
  return read;
}

Read run_of(const Scratch& scratch, std::string_view text) {
  Read read;
  read.run = read_run(scratch.file("run", text), read.items, read.notes);
  return read;
}

}  // namespace

TEST_CASE("read_qrels: any white space, comments, blank lines, queries in any order") {
  const Scratch scratch;
  const Read read = qrels_of(scratch,
                             "# made by hand\n"
                             "q1 0 a 1\n"
                             "q2\t0\tb\t0\n"
                             "\n"
                             "  q1   Q0 c -1 \r\n"
                             "q1 0 b 3\n"
                             "q3 0 a -2\n");
  REQUIRE(read.qrels.queries.size() == 3);
  CHECK(read.qrels.queries.name(2) == "q3");
  const auto first = read.qrels.of(0);
  REQUIRE(first.size() == 2);  // a negative grade is no judgement
  CHECK(read.items.name(first[0].item) == "a");
  CHECK(first[0].grade == 1);
  CHECK(read.items.name(first[1].item) == "b");
  CHECK(first[1].grade == 3);
  CHECK(read.qrels.of(1).size() == 1);
  CHECK(read.qrels.of(2).empty());  // but the query is there
  CHECK(read.notes.empty());
}

TEST_CASE("read_run: scores, further fields, rows of queries that are not together") {
  const Scratch scratch;
  const Read read = run_of(scratch,
                           "q1 Q0 a 1 2.5 tag\n"
                           "q2 Q0 a 1 -1e-3 tag some junk\n"
                           "q1 Q0 b 9 2.5 tag");
  REQUIRE(read.run.queries.size() == 2);
  const auto rows = read.run.of(0);
  REQUIRE(rows.size() == 2);
  CHECK(read.items.name(rows[0].item) == "a");
  CHECK(read.items.name(rows[1].item) == "b");
  CHECK(rows[1].score == 2.5);
  CHECK(read.run.of(1)[0].score == -1e-3);
  REQUIRE(read.notes.size() == 1);  // the last line has no newline
  CHECK(contains(read.notes[0], "no newline"));
}

TEST_CASE("read_run: a number is not rounded to float, so scores that differ are no tie") {
  const Scratch scratch;
  const Read read = run_of(scratch, "q Q0 a 1 1.00000000001 t\nq Q0 b 2 1.0 t\n");
  CHECK(read.run.rows[0].score != read.run.rows[1].score);
}

TEST_CASE("TREC files: what is refused, with its place") {
  struct Bad {
    bool is_run;
    std::string text;
    std::int64_t line;
    std::int64_t column;
    std::string said;
  };
  const std::vector<Bad> all = {
      {false, "q 0 a 1\nq 0 a\n", 2, 0, "found 3"},
      {false, "q 0 a 1 5\n", 1, 0, "found 5"},
      {false, "query-id corpus-id score\n", 1, 0, "query iteration item grade"},
      {false, "q 0 a x\n", 1, 7, "'x'"},
      {false, "q 0 a 1.5\n", 1, 7, "whole number"},
      {false, "q 0 a 1\n\nq\t0  b 1e3\n", 3, 8, "'1e3'"},
      {false, "q 0 a nan\n", 1, 7, "'nan'"},
      {false, "q 0 a 99999999999999999999\n", 1, 7, "whole number"},
      {false, "q 0 a 1000001\n", 1, 7, "1,000,000"},
      {false, "q 0 a 1\np 0 a 1\nq 0 a 1\n", 3, 0, "after line 1"},
      {false, "q 0 a 1\nq 0 a -1\n", 2, 0, "a second time"},
      {false, "", 0, 0, "empty"},
      {false, "# nothing\n\n", 0, 0, "empty"},
      {true, "q Q0 a 1 0.5 t\nq Q0 b 2 0.4\n", 2, 0, "found 5"},
      {true, "q Q0 a 1 0.5 t\nq Q0 b", 2, 0, "found 3"},  // cut inside a line
      {true, "q Q0 a 1 nan t\n", 1, 10, "finite"},
      {true, "q Q0 a 1 -inf t\n", 1, 10, "finite"},
      {true, "q Q0 a 1 1e999 t\n", 1, 10, "finite"},
      {true, "q Q0 a 1 high t\n", 1, 10, "a number"},
      {true, "q Q0 a 1 0,5 t\n", 1, 10, "a number"},
      {true, "q Q0 a 1 2 t\nq Q0 b 2 1 t\nq Q0 a 3 0 t\n", 3, 0, "'a' of the query 'q'"},
      {true, "", 0, 0, "empty"},
  };
  const Scratch scratch;
  for (const Bad& bad : all) {
    CAPTURE(bad.text);
    const auto error =
        error_of([&] { bad.is_run ? (void)run_of(scratch, bad.text) : (void)qrels_of(scratch, bad.text); });
    REQUIRE(error);
    CHECK(error->kind() == ErrorKind::data);
    CHECK(error->place().line == bad.line);
    CHECK(error->place().column == bad.column);
    CHECK(contains(error->what(), bad.said));
  }
  Read read;
  CHECK(kind_of([&] { (void)read_qrels(scratch.path("none"), read.items, read.notes); }) == kIo);
  CHECK(kind_of([&] { (void)read_run(scratch.path("none"), read.items, read.notes); }) == kIo);
}

TEST_CASE("RunWriter: what it writes is read back") {
  const Scratch scratch;
  const std::vector<std::string_view> items = {"b", "a"};
  const std::vector<float> scores = {-0.1F, -2.0F};
  Sink sink(scratch.path("out"));
  RunWriter writer(sink, "me");
  writer.write("q", items, scores);
  writer.write("p", {}, {});
  sink.close();
  CHECK(bytes_of(scratch.path("out")) == "q Q0 b 1 -0.1 me\nq Q0 a 2 -2 me\n");
  Read read;
  read.run = read_run(scratch.path("out"), read.items, read.notes);
  CHECK(static_cast<float>(read.run.rows[0].score) == scores[0]);
  for (const std::string name : {"", "a b", "a\tb", "a\n"}) {
    Sink other(scratch.path("refused"));
    RunWriter refused(other, "me");
    const std::vector<std::string_view> one = {name};
    const std::vector<float> score = {1};
    CHECK(kind_of([&] { refused.write("q", one, score); }) == kData);
    CHECK(kind_of([&] { refused.write(name, items, scores); }) == kData);
  }
}
