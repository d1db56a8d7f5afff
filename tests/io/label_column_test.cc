#include "nearfar/io/label_column.h"

#include <doctest/doctest.h>

#include "nearfar/io/csv.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

using Codes = std::vector<std::int32_t>;
using Names = std::vector<std::string>;

struct Read {
  Labels labels;
  Names notes;
};

// Column 1 of the file.
Read read(const std::string& text, const LabelRules& rules) {
  const Scratch scratch;
  const auto reader = open_csv(std::make_unique<Source>(scratch.file("t.csv", text)), {});
  LabelColumn column(rules);
  Record record;
  while (reader->next(record)) column.add(*reader, record, 1);
  Read result;
  result.labels = column.take();
  result.notes = column.notes("t.csv");
  return result;
}

}  // namespace

TEST_CASE("labels of a column, with what the user should know of them") {
  const Read labels = read("a,k\n1,x\n2,?\n3,\"y;x\"\n4,?\n", {";", {"?", "none"}});
  CHECK(labels.labels.codes == Codes{0, -1, 1, -1});
  CHECK(labels.notes == Names{"t.csv: 2 rows of unknown class (--ignore-label)",
                              "t.csv: no row has the label 'none' of --ignore-label"});
  CHECK(read("a,k\n1,x\n", {}).notes.empty());
}

TEST_CASE("an empty label is refused with its place and both cures") {
  const auto alone = error_of([] { (void)read("a,k\n1,x\n2,\n", {}); });
  REQUIRE(alone);
  CHECK((alone->kind() == ErrorKind::data));
  CHECK(contains(alone->what(), "t.csv:3:3: an empty label"));
  CHECK(contains(alone->advice(), "--ignore-label ''"));
  const auto part = error_of([] { (void)read("a,k\n1,x;;y\n", {";", {}}); });
  REQUIRE(part);
  CHECK(contains(part->what(), "t.csv:2:3: an empty label in 'x;;y'"));
  CHECK(contains(part->advice(), "surplus ';'"));
  CHECK(read("a,k\n1,x;;y\n2,\n", {";", {""}}).labels.codes == Codes{0, -1});
}

TEST_CASE("a column of numbers with fractions holds no classes") {
  const auto problem = [](const std::string& text, const LabelRules& rules) {
    const Scratch scratch;
    const auto reader = open_csv(std::make_unique<Source>(scratch.file("t.csv", text)), {});
    LabelColumn column(rules);
    Record record;
    while (reader->next(record)) column.add(*reader, record, 1);
    const auto error = error_of([&] { column.refuse_fractions(); });
    return error ? std::string(error->what()) : "";
  };
  CHECK(contains(problem("a,k\n1,3\n2,0.5\n3,1.5\n", {}),
                 "t.csv:3:3: the label 0.5 is a number with a fraction"));
  CHECK(contains(problem("a,k\n1,?\n2,0.5\n", {"", {"?"}}), "t.csv:3:3: the label 0.5"));
  CHECK(problem("a,k\n1,3\n2,4.0\n3,-1e2\n", {}).empty());
  CHECK(problem("a,k\n1,0.5\n2,x\n", {}).empty());
  CHECK(problem("a,k\n1,x\n2,0.5\n", {}).empty());
  CHECK(problem("a,k\n1,0.5;1\n", {";", {}}).empty());
  CHECK(problem("a,k\n", {}).empty());
}
