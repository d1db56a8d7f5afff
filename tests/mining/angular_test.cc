#include <doctest/doctest.h>

#include "mining/mined.h"
#include "nearfar/core/error.h"
#include "oracle.h"

using namespace nearfar;
using namespace nearfar::testing;

TEST_CASE("angular: the triplets of the oracle, 20 degrees, rows as they are") {
  MiningOptions options = with_strategy("angular", 0);
  options.parameters.angle = 20;
  const Triplets all = sorted(mined(oracle::embeddings(), oracle::labels(), with_strategy("all")).triplets());
  Triplets narrow;
  for (const auto& [a, p, n] : oracle::kNarrow) narrow.push_back({a, p, n});
  Triplets wide;
  std::set_difference(all.begin(), all.end(), narrow.begin(), narrow.end(), std::back_inserter(wide));
  CHECK(wide.size() == 356);
  CHECK(sorted(mined(oracle::embeddings(), oracle::labels(), options).triplets()) == wide);
}

TEST_CASE("angular: the angle is exceeded, not met; a negative at the midpoint sees 90 degrees") {
  // Anchor (0, 0), positive (2, 0), midpoint (1, 0): from (1, 1) both are seen under 45 degrees of it.
  Matrix x(4, 2);
  const float places[] = {0, 0, 2, 0, 1, 1, 1, 0};
  std::copy(std::begin(places), std::end(places), x.data());
  const Labels labels = labels_of({0, 0, 1, 2});
  const auto count = [&](double angle) {
    MiningOptions options = with_strategy("angular", 0);
    options.parameters.angle = angle;
    return mined(x, labels, options).tuples.size();
  };
  CHECK(count(44.9) == 4);
  CHECK(count(45.1) == 2);
  CHECK(count(89.9) == 2);
}

TEST_CASE("angular: squares of distances give the same angles") {
  const Matrix x = random_rows(40, 3, 1);
  const Labels labels = random_labels(40, 3, 2);
  MiningOptions options = with_strategy("angular", 0);
  options.parameters.angle = 35;
  const Triplets euclidean = mined(x, labels, options).triplets();
  options.distance = Distance(DistanceKind::sqeuclidean);
  CHECK(mined(x, labels, options).triplets() == euclidean);
  CHECK(euclidean.size() > 100);
}

TEST_CASE("angular: refused under a distance without midpoints, with the ones to use") {
  MiningOptions options = with_strategy("angular");
  for (const DistanceKind kind : {DistanceKind::cosine, DistanceKind::manhattan}) {
    options.distance = Distance(kind);
    try {
      static_cast<void>(mined(random_rows(4, 2, 1), labels_of({0, 0, 1, 1}), options));
      FAIL("not refused");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::usage);
      CHECK(error.advice().find("euclidean") != std::string::npos);
    }
  }
}
