#include "nearfar/io/feature_columns.h"

#include <doctest/doctest.h>

#include "nearfar/core/text.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

using Names = std::vector<std::string>;

// The names of the columns chosen for a header and a first row, both written with commas.
std::string chosen(const std::string& header, const std::string& first, const FeatureRequest& request = {}) {
  const Names names = split_text(header, ',');
  const Names fields = split_text(first, ',');
  Record record;
  record.fields.assign(fields.begin(), fields.end());
  std::string out;
  for (const std::size_t column : choose_feature_columns(names, &record, request).columns) {
    out += (out.empty() ? "" : ",") + names[column];
  }
  return out;
}

FeatureRequest claimed(std::vector<std::size_t> columns) {
  FeatureRequest request;
  request.claimed = std::move(columns);
  return request;
}

FeatureRequest selected(std::string selector) {
  FeatureRequest request;
  request.selector = std::move(selector);
  return request;
}

FeatureRequest expecting(const ExpectedFeatures& expected, bool has_names = true) {
  FeatureRequest request;
  request.file = "f.csv";
  request.expected = &expected;
  request.has_names = has_names;
  return request;
}

}  // namespace

TEST_CASE("by default every column whose first row is a number") {
  CHECK(chosen("a,b,c", "1,x,-2e3") == "a,c");
  CHECK(chosen("a,b,c", "1,, 2 ") == "a,c");
  CHECK(chosen("a,b", "nan,1e999") == "a,b");  // numbers of a kind: refused later, with their place
}

TEST_CASE("columns that options name, and id, split and fold, are no features") {
  CHECK(chosen("a,b,c", "1,2,3", claimed({1})) == "a,c");
  CHECK(chosen("id,a,split,fold", "1,2,3,4") == "a");
  CHECK(chosen("ID,a", "1,2") == "ID,a");  // the names are those that the tools write
}

TEST_CASE("e1..eR stand before all other numbers") {
  CHECK(chosen("id,price,e1,e2,e3", "1,9,1,2,3") == "e1,e2,e3");
  CHECK(chosen("e2,e1,label", "1,2,3") == "e1,e2");
  CHECK(chosen("e1,e3,x", "1,2,3") == "e1");
  CHECK(chosen("e2,e3,x", "1,2,3") == "e2,e3,x");
}

TEST_CASE("a numeric column called like a label is a usage error unless an option names it") {
  for (const std::string name : {"label", "class", "target", "y", "category", "Label", "CLASS"}) {
    CAPTURE(name);
    CHECK(kind_of([&] { (void)chosen("a," + name, "1,2"); }) == kUsage);
    CHECK(chosen("a," + name, "1,2", claimed({1})) == "a");
    CHECK(chosen("a," + name, "1,text") == "a");
    CHECK(chosen("a," + name, "1,2", selected("!a")) == name);
  }
  CHECK(chosen("labels,yy", "1,2") == "labels,yy");
  const auto error = error_of([] { (void)chosen("a,class", "1,2"); });
  REQUIRE(error);
  CHECK(contains(error->advice(), "--label class"));
}

TEST_CASE("a selector chooses in its own order, whatever the columns hold") {
  CHECK(chosen("a,b,c,id", "1,2,3,4", selected("c,a")) == "c,a");
  CHECK(chosen("a,b,c,name,id", "1,2,3,x,4", selected("b-")) ==
        "b,c");  // an open range: as far as they would be taken
  CHECK(chosen("a,b,c,name,id", "1,2,3,x,4", selected("!b")) == "a,c");  // and a negation
  CHECK(kind_of([] { (void)chosen("a,b", "1,2", selected("z")); }) == kData);
  CHECK(kind_of([] { (void)chosen("a,b", "1,2", selected("!a-")); }) == kData);
}

TEST_CASE("without any feature or any row the message says which is missing") {
  const auto error = error_of([] { (void)chosen("a,b", "x,y"); });
  REQUIRE(error);
  CHECK((error->kind() == ErrorKind::data));
  CHECK(contains(error->advice(), "--features"));
  const auto no_rows = error_of([] { (void)choose_feature_columns({"a", "b"}, nullptr, {}); });
  REQUIRE(no_rows);
  CHECK(no_rows->message() == "there are no data rows");
  ExpectedFeatures expected{{"x"}, 1};
  FeatureRequest with_model;
  with_model.expected = &expected;
  const auto no_rows_for_model = error_of([&] {
    (void)choose_feature_columns({"a", "b"}, nullptr, with_model);
  });
  REQUIRE(no_rows_for_model);
  CHECK(no_rows_for_model->message() == "there are no data rows");
}

TEST_CASE("a model's features are found by name, in its order") {
  const ExpectedFeatures expected{{"b", "a"}, 2};
  CHECK(chosen("a,b", "1,2", expecting(expected)) == "b,a");
  CHECK(chosen("x,a,y,b", "t,1,t,2", expecting(expected)) == "b,a");
  const auto missing = error_of([&] { (void)chosen("a,B1", "1,2", expecting(expected)); });
  REQUIRE(missing);
  CHECK((missing->kind() == ErrorKind::data));
  CHECK(contains(missing->what(), "f.csv: the model needs the feature 'b'"));
  const auto surplus = error_of([&] { (void)chosen("a,b,c", "1,2,3", expecting(expected)); });
  REQUIRE(surplus);
  CHECK((surplus->kind() == ErrorKind::data));
  CHECK(contains(surplus->what(), "the feature 'c' was not there"));
}

TEST_CASE("where one side has no names the number of features counts") {
  const ExpectedFeatures named{{"b", "a"}, 2};
  const ExpectedFeatures counted{{}, 2};
  CHECK(chosen("1,2", "1,2", expecting(named, false)) == "1,2");
  CHECK(chosen("p,q", "1,2", expecting(counted)) == "p,q");
  CHECK(kind_of([&] { (void)chosen("p,q,r", "1,2,3", expecting(counted)); }) == kData);
  CHECK(kind_of([&] { (void)chosen("1", "1", expecting(named, false)); }) == kData);
  check_expected(counted, {"x", "y"}, true, "f");
  CHECK(kind_of([&] { check_expected(named, {"a"}, true, "f"); }) == kData);
}

TEST_CASE("the note names runs of columns and what is left out") {
  Names header{"id", "kind"};
  Record record;
  record.fields = {"x", "y"};
  for (int i = 1; i <= 9; ++i) {
    header.push_back("p" + std::to_string(i));
    record.fields.emplace_back("1");
  }
  FeatureRequest request = claimed({0});
  request.file = "f.csv";
  CHECK(choose_feature_columns(header, &record, request).note ==
        "f.csv: 9 features (p1 to p9); left out: kind");
  request.selector = "1,p1,p3,p5,p7,p9,kind,p2";
  CHECK(choose_feature_columns(header, &record, request).note.size() < 200);
}
