// The table of distances, and the texts that name its rows.
#include <doctest/doctest.h>

#include <limits>
#include <set>
#include <string>

#include "every_distance.h"
#include "nearfar/core/error.h"
#include "nearfar/metric/distance.h"
#include "random_rows.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

// Whether `text` is refused as a usage error whose message or advice holds `part`.
void check_usage(const std::string& text, const std::string& part) {
  try {
    static_cast<void>(parse_distance(text));
    FAIL_CHECK("not refused: " << text);
  } catch (const Error& error) {
    INFO(error.what());
    CHECK(error.kind() == ErrorKind::usage);
    CHECK(std::string(error.what()).find(part) != std::string::npos);
  }
}

}  // namespace

TEST_CASE("distance table: row i is kind i, every cell is filled, names are unique") {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < distances().size(); ++i) {
    const DistanceInfo& info = distances()[i];
    INFO(std::string(info.name));
    CHECK(static_cast<std::size_t>(info.kind) == i);
    CHECK(names.insert(info.name).second);
    CHECK_FALSE(info.formula.empty());
    CHECK_FALSE(info.source.empty());
    CHECK_FALSE(info.range.empty());
    CHECK_FALSE(info.zero_vectors.empty());
    CHECK(info.trains != info.gradient.empty());
    CHECK((info.to_rows != nullptr));
  }
}

TEST_CASE("distance table: the axioms that are no theorems are those known to fail") {
  std::set<std::string> metrics;
  for (const DistanceInfo& info : distances()) {
    if (info.is_metric()) metrics.insert(std::string(info.name));
    // What lacks more than the triangle inequality is no semimetric.
    if (info.proved.triangle) CHECK((info.proved.non_negativity && info.proved.symmetry));
  }
  CHECK(metrics == std::set<std::string>{"euclidean", "manhattan", "chebyshev", "minkowski", "canberra",
                                         "hamming", "jaccard"});
}

TEST_CASE("parse_distance: a name gives its kind, and the distance gives the name back") {
  for (const Distance& distance : distances_without_matrix()) {
    CHECK(parse_distance(distance.name()).kind() == distance.kind());
    CHECK(parse_distance(distance.name()).name() == distance.name());
    CHECK(&distance_info(distance.name()) == &distance.info());
  }
  for (const std::string name : {"minkowski:3", "minkowski:1.5", "minkowski:1", "minkowski:1e+300"})
    CHECK(parse_distance(name).name() == name);
  CHECK(parse_distance("minkowski:3.0").name() == "minkowski:3");
  CHECK(parse_distance("minkowski:2.5").exponent() == 2.5);
  CHECK(parse_distance("euclidean").exponent() == 0);
  CHECK(parse_distance("euclidean").factor().empty());
}

TEST_CASE("parse_distance: what is wrong with a name is said") {
  check_usage("euclidian", "did you mean 'euclidean'?");
  check_usage("euclidian", "minkowski:P");
  check_usage("", "there is no distance ''");
  check_usage("minkowski", "should be 'minkowski:P'");
  check_usage("euclidean:3", "should be 'euclidean'");
  check_usage("minkowski:", "is not a number");
  check_usage("minkowski:two", "is not a number");
  check_usage("minkowski:3:4", "is not a number");
  check_usage("minkowski:0.5", "finite and 1 or more");
  check_usage("minkowski:-3", "finite and 1 or more");
  check_usage("minkowski:0.99999999999", "finite and 1 or more");
  check_usage("minkowski:inf", "chebyshev");
  check_usage("minkowski:nan", "not finite");
  check_usage("minkowski:1e999", "chebyshev");
  check_usage("mahalanobis", "needs a matrix");
  check_usage("sqmahalanobis", "needs a matrix");
}

TEST_CASE("distance: a kind without its exponent or its matrix is refused, as is an exponent below 1") {
  CHECK_THROWS_AS(Distance{DistanceKind::minkowski}, Error);
  CHECK_THROWS_AS(Distance{DistanceKind::mahalanobis}, Error);
  for (const double p :
       {0.0, 0.5, -1.0, std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()}) {
    CHECK_THROWS_AS(static_cast<void>(Distance::minkowski(p)), Error);
  }
}

TEST_CASE("distance: coordinates outside the domain are found, the first one") {
  Matrix x = random_rows(5, 4, 1);
  const Matrix positive = in_domain(Distance(DistanceKind::jaccard), x);
  for (const Distance& distance : every_distance(4)) {
    INFO(distance.name());
    const auto refused = distance.first_refused(x);
    CHECK(refused.has_value() == distance.info().nonnegative);
    CHECK_FALSE(distance.first_refused(positive).has_value());
  }
  Matrix one = positive;
  one(3, 2) = -0.5F;
  one(4, 0) = -1;
  one(1, 1) = -0.0F;
  const auto refused = Distance(DistanceKind::jaccard).first_refused(one);
  REQUIRE(refused.has_value());
  CHECK(refused->row == 3);
  CHECK(refused->col == 2);
}
