#include "nearfar/io/scored_table.h"

#include <doctest/doctest.h>

#include <cmath>

#include "nearfar/core/text.h"
#include "random_rows.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

ScoredTuples read(const std::string& text, ScoredTableOptions options = {}) {
  const Scratch scratch;
  options.file = scratch.file("t.csv", text);
  std::vector<std::string> notes;
  return read_scored_table(options, notes);
}

std::optional<Error> refusal(const std::string& text, const ScoredTableOptions& options = {}) {
  return error_of([&] { (void)read(text, options); });
}

using Floats = std::vector<float>;

}  // namespace

TEST_CASE("scored table: pairs, graded pairs, triplets and quadruplets are known by their header") {
  const ScoredTuples pairs = read("x,distance,b,similar,a\n9,0.5,B,1,A\n9,2,C,0,A\n");
  CHECK((pairs.kind == TupleKind::pairs));
  CHECK(pairs.distances == Floats{0.5F, 2});
  CHECK(pairs.values == Floats{1, 0});
  CHECK(!pairs.from_scores);
  const ScoredTuples graded = read("similarity,distance\n4.5,1\n-2,3\n");
  CHECK((graded.kind == TupleKind::graded_pairs));
  CHECK(graded.values == Floats{4.5F, -2});
  const ScoredTuples triplets = read("anchor,positive,negative,d_an,d_ap\nA,B,C,2,1\n");
  CHECK((triplets.kind == TupleKind::triplets));
  CHECK(triplets.distances == Floats{1});
  CHECK(triplets.far_distances == Floats{2});
  CHECK(triplets.values.empty());
  CHECK((read("d_ap,d_an\n1,2\n").kind == TupleKind::triplets));
  CHECK((read("row_a,row_b,row_c,row_d,d_ap,d_an\n1,2,3,4,1,2\n").kind == TupleKind::quadruplets));
}

TEST_CASE("scored table: a score is a negated distance") {
  const ScoredTuples tuples = read("similar,score\n1,0.75\n0,-2\n");
  CHECK(tuples.from_scores);
  CHECK(tuples.distances == Floats{-0.75F, 2});
}

TEST_CASE("scored table: conditions, named columns, items and components") {
  ScoredTableOptions options;
  options.where = {{"part", "test", true}};
  options.extras.named = {{"--fold", "fold"}, {"--by", "3"}};
  options.extras.ids = true;
  options.extras.components = true;
  const ScoredTuples tuples = read(
      "a,b,kind,similar,distance,part,fold\n"
      "A,B,u,1,1,test,x\n"
      "C,D,v,junk,junk,train,y\n"  // not looked at
      "D,E,v,0,2,test,y\n"
      "B,F,u,0,3,test,x\n",
      options);
  CHECK(tuples.distances == Floats{1, 2, 3});
  REQUIRE(tuples.columns.size() == 2);
  CHECK(tuples.columns[0].codes == std::vector<std::int32_t>{0, 1, 0});
  CHECK(tuples.columns[0].names == std::vector<std::string>{"x", "y"});
  CHECK(tuples.columns[1].names == std::vector<std::string>{"u", "v"});
  CHECK(tuples.ids == std::vector<std::string>{"A\tB", "D\tE", "B\tF"});
  CHECK(tuples.components.codes == std::vector<std::int32_t>{0, 1, 0});
}

TEST_CASE("scored table: a table that names no items has none") {
  ScoredTableOptions options;
  options.extras.ids = true;
  options.extras.components = true;
  const ScoredTuples tuples = read("similar,distance\n1,1\n0,2\n", options);
  CHECK(tuples.ids.empty());
  CHECK(tuples.components.empty());
}

TEST_CASE("scored table: probability and same are read where they are asked for") {
  const std::string text = "similar,distance,same,probability\n1,1,1,0.75\n0,2,0,0\n1,3,0,1\n";
  CHECK(read(text).log_odds.empty());
  CHECK(read(text).same.empty());
  ScoredTableOptions options;
  options.probability = true;
  options.same = true;
  const ScoredTuples tuples = read(text, options);
  REQUIRE(tuples.log_odds.size() == 3);
  CHECK(tuples.log_odds[0] == doctest::Approx(std::log(3.0)));
  CHECK(tuples.log_odds[1] == -INFINITY);
  CHECK(tuples.log_odds[2] == INFINITY);
  CHECK(tuples.same == std::vector<std::uint8_t>{1, 0, 0});
  CHECK(read("similar,distance\n1,1\n", options).same.empty());
  CHECK(read("similarity,distance,same\n1,1,never looked at\n", options).same.empty());
}

TEST_CASE("scored table: what is wrong is said with its place and the nearest name") {
  const auto misnamed = refusal("a,b,similar,distanc\nA,B,1,1\n");
  REQUIRE(misnamed);
  CHECK(misnamed->kind() == ErrorKind::data);
  CHECK(contains(misnamed->message(), "did you mean 'distanc'?"));
  CHECK(misnamed->place().line == 1);
  CHECK(contains(refusal("a,b,similar\nA,B,1\n")->advice(), "--pairs"));
  CHECK(contains(refusal("similar,distance,score\n1,1,1\n")->message(), "which is meant"));
  CHECK(contains(refusal("distance\n1\n")->message(), "similar (1 or 0)"));
  ScoredTableOptions options;
  options.probability = true;
  options.same = true;
  for (const std::string field : {"", "x", "nan", "inf", "1e50"}) {
    CAPTURE(field);
    const auto error = refusal("similar,distance\n1,1\n0," + field + "\n", options);
    REQUIRE(error);
    CHECK(error->kind() == ErrorKind::data);
    CHECK(error->place().line == 3);
    CHECK(error->place().column == 3);
  }
  CHECK(refusal("similar,distance\n0.5,1\n")->place().column == 1);
  CHECK(kind_of([&] { (void)read("similar,distance,probability\n1,1,1.01\n", options); }) == kData);
  CHECK(kind_of([&] { (void)read("similar,distance,same\n1,1,2\n", options); }) == kData);
  CHECK(contains(refusal("similar,distance\n")->message(), "there are no pairs"));
  options.where = {{"similar", "2", true}};
  CHECK(contains(refusal("similar,distance\n1,1\n", options)->message(),
                 "the only pair does not pass --where similar=2"));
  options.extras.named = {{"--fold", "fold"}};
  CHECK(contains(refusal("similar,distance\n1,1\n", options)->message(), "--fold"));
}

TEST_CASE(
    "scored table: thousands of rows in their order, for any number of threads; the first fault is named") {
  std::string text = "a,b,similar,distance\n";
  Floats distances;
  Random random(4);
  for (int i = 0; i < 50000; ++i) {
    distances.push_back(static_cast<float>(random.uniform()));
    text +=
        "A" + std::to_string(i) + ",B," + std::to_string(i % 2) + "," + number_text(distances.back()) + "\n";
  }
  ScoredTableOptions options;
  options.extras.ids = true;
  for (const int threads : {1, 2, 3}) {
    const Threads scope(threads);
    const ScoredTuples tuples = read(text, options);
    CHECK(same_bits(tuples.distances, distances));
    REQUIRE(tuples.ids.size() == 50000);
    CHECK(tuples.ids[31234] == "A31234\tB");
    const auto error = refusal(text + "A,B,1,x\nA,B,1,y\n", options);
    REQUIRE(error);
    CHECK(error->place().line == 50002);
  }
}
