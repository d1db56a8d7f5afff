#include "nearfar/io/split_keys.h"

#include <doctest/doctest.h>

#include "nearfar/io/csv.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

using Codes = std::vector<std::int32_t>;

Labels keys(const std::string& text, SplitStrategy strategy, const std::string& column = "",
            const LabelRules& rules = {}) {
  const Scratch scratch;
  const auto reader = open_csv(std::make_unique<Source>(scratch.file("t.csv", text)), {});
  SplitKeys taken(strategy, column, rules, *reader);
  Record record;
  while (reader->next(record)) taken.add(*reader, record);
  return taken.take();
}

std::string problem(const std::string& text, SplitStrategy strategy, const std::string& column = "") {
  const auto error = error_of([&] { (void)keys(text, strategy, column); });
  if (!error) return "none";
  CHECK((error->kind() == ErrorKind::data));
  return std::to_string(error->place().line) + ":" + std::to_string(error->place().column) + " " +
         error->message();
}

}  // namespace

TEST_CASE("labels by the rules, groups as they stand, nothing for random") {
  const std::string text = "k,g\nx;y,1\n?,1 \ny,1\n";
  CHECK(keys(text, SplitStrategy::random).empty());
  CHECK(keys(text, SplitStrategy::by_group, "g", {";", {"1"}}).codes == Codes{0, 1, 0});
  for (const SplitStrategy strategy : {SplitStrategy::stratified, SplitStrategy::by_class}) {
    const Labels labels = keys(text, strategy, "k", {";", {"?"}});
    CHECK(labels.codes == Codes{0, -1, 1});
    CHECK(labels.similar(0, 1));
  }
}

TEST_CASE("tuples by the items they share, ids as texts, row numbers as numbers") {
  CHECK(keys("a,b,similar\nx,y,1\nu,v,0\ny,z,1\n1,01,1\n", SplitStrategy::by_items).codes ==
        Codes{0, 1, 0, 2});
  CHECK(keys("row_a,row_b,similar\n1,2,1\n3,4,0\n02,5,1\n", SplitStrategy::by_items).codes == Codes{0, 1, 0});
  CHECK(keys("anchor,note,positive,negative\nx,q,y,z\nr,q,s,t\nt,q,z,z\n", SplitStrategy::by_items).codes ==
        Codes{0, 0, 0});
  CHECK(keys("a,b,c,d\n1,2,3,4\n5,6,7,8\n", SplitStrategy::by_items).codes == Codes{0, 1});
}

TEST_CASE("what is empty or no row number is refused with its place") {
  CHECK(problem("k,g\nx,1\ny,\n", SplitStrategy::by_group, "g") ==
        "3:3 an empty value in the column of --group");
  CHECK(problem("g,k\nx,1\ny,\n", SplitStrategy::stratified, "k") == "3:3 an empty label");
  CHECK(problem("a,b,similar\nx,y,1\nz,,1\n", SplitStrategy::by_items) == "3:3 an empty item");
  CHECK(problem("row_a,row_b,similar\n1,x,1\n", SplitStrategy::by_items) ==
        "2:3 expected a row number, found 'x'");
  CHECK(problem("row_a,row_b,similar\n1,2,1\n0,2,1\n", SplitStrategy::by_items) ==
        "3:1 expected a row number, found '0'");
  CHECK(problem("row_a,row_b,similar\n1,,1\n", SplitStrategy::by_items) ==
        "2:3 expected a row number, found nothing");
  CHECK(contains(problem("k,g\nx,1\n", SplitStrategy::by_group, "h"), "there is no column 'h'"));
  CHECK(contains(problem("k,g\nx,1\n", SplitStrategy::by_items), "not that of a tuple file"));
}
