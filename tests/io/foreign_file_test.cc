#include "nearfar/io/foreign_file.h"

#include <doctest/doctest.h>

#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

std::string problem_of(const Scratch& scratch, const std::string& bytes) {
  Source source(scratch.file("t.csv", bytes));
  const auto error = error_of([&] { refuse_foreign_file(source); });
  if (!error) return "";
  CHECK((error->kind() == ErrorKind::data));
  return error->what();
}

}  // namespace

TEST_CASE("files of other kinds are named, with a way out") {
  const Scratch scratch;
  CHECK(contains(problem_of(scratch, "PK\x03\x04rest"), "a zip archive"));
  CHECK(contains(problem_of(scratch, "PAR1"), "save the table as CSV"));
  CHECK(contains(problem_of(scratch, "[{\"a\":1}]"), "jq -c '.[]' FILE"));
  CHECK(contains(problem_of(scratch, "{\n  \"format\": \"nearfar-model\",\n"), "-m MODEL"));
  CHECK(contains(problem_of(scratch, "{\"format\":\"nearfar-model\",\"version\":1}"), "-m MODEL"));
}

TEST_CASE("text is left alone, and nothing is lost by looking") {
  const Scratch scratch;
  for (const char* text :
       {"", "a", "PK,PQ\n1,2\n", "id,a\n1,2\n", "{\"a\":1}\n", "[a],b\n1,2\n", "\"x\"\n"}) {
    CAPTURE(std::string(text));
    CHECK(problem_of(scratch, text).empty());
    Source source(scratch.file("t.csv", text));
    refuse_foreign_file(source);
    CHECK(read_all(source, 1000) == text);
  }
}
