#include "nearfar/evaluation/retrieval_outcome.h"

#include <doctest/doctest.h>

#include <cmath>

#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

const double kNone = std::nan("");

Outcome outcome_with(const std::vector<double>& values) {
  RetrievalOptions options;
  options.measures = parse_measures("mrr");
  RetrievalResult result;
  result.values = {0.125};
  result.per_query = {values};
  result.queries = 3;
  result.gallery = 10;
  result.skipped = 1;
  result.tied = 2;
  return outcome_of(result, options);
}

}  // namespace

TEST_CASE("outcome_of: names, definitions, counts and policies") {
  const Outcome outcome = outcome_with({1, kNone, 0.5});
  REQUIRE(outcome.measures.size() == 1);
  CHECK(outcome.measures[0].name == "mrr");
  CHECK(outcome.measures[0].definition == "1 / rank of the first hit");
  CHECK(outcome.measures[0].value == 0.125);
  CHECK(outcome.measures[0].per_unit.size() == 3);
  CHECK(!outcome.measures[0].of_counts);  // the plain mean
  CHECK(outcome.unit == "query");
  const std::vector<std::pair<std::string, std::int64_t>> counts = {
      {"queries", 3}, {"gallery", 10}, {"skipped", 1}, {"tied", 2}};
  CHECK(outcome.counts == counts);
  CHECK(outcome.policies[0] == Policy{"ties", "expected"});
}

TEST_CASE("average_over_classes: every class has the same weight, in resamples too") {
  Outcome outcome = outcome_with({1, 0, 0, 0.5, kNone, 1});
  average_over_classes(outcome, encode_labels({"a", "b", "b", "b", "c", "?"}, {"", {"?"}}));
  const MeasuredValue& mrr = outcome.measures[0];
  CHECK(mrr.value == doctest::Approx((1 + 0.5 / 3) / 2));  // class c has no value, the last row no class
  REQUIRE(mrr.of_counts);
  const std::vector<std::uint32_t> once(6, 1);
  CHECK(mrr.of_counts(once) == mrr.value);
  CHECK(mrr.of_counts(std::vector<std::uint32_t>{0, 1, 0, 3, 1, 1}) == doctest::Approx(1.5 / 4));
  CHECK(std::isnan(mrr.of_counts(std::vector<std::uint32_t>{0, 0, 0, 0, 5, 5})));
}

TEST_CASE("average_over_classes: a row with several labels is in the class of each") {
  Outcome outcome = outcome_with({1, 0, 0.5});
  average_over_classes(outcome, encode_labels({"a", "a;b", "b"}, {";", {}}));
  CHECK(outcome.measures[0].value == doctest::Approx((0.5 + 0.25) / 2));
}

TEST_CASE("averages: by name and back") {
  for (const Average average : {Average::micro, Average::macro})
    CHECK(parse_average(average_name(average)) == average);
  CHECK(kind_of([] { (void)parse_average("makro"); }) == kUsage);
}
