// What the table claims of each distance: the four axioms where `is_metric`, a counterexample where not.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "nearfar/metric/distance.h"
#include "random_rows.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

// Whether d(x,z) <= d(x,y) + d(y,z), up to the rounding of the three floats.
bool triangle_holds(const Distance& distance, const float* x, const float* y, const float* z,
                    std::int64_t d) {
  const double direct = static_cast<double>(distance.between(x, z, d));
  const double around =
      static_cast<double>(distance.between(x, y, d)) + static_cast<double>(distance.between(y, z, d));
  return direct <= around * (1 + 2e-6);
}

}  // namespace

TEST_CASE("axioms: every distance that claims to be a metric is one on random triples") {
  std::int64_t metrics = 0;
  for (const DistanceInfo& info : distances()) {
    if (!info.is_metric) continue;
    ++metrics;
    REQUIRE_FALSE(info.needs_matrix);
    const Distance distance(info.kind);
    std::int64_t violations = 0;
    for (std::uint64_t seed = 0; seed < 3000; ++seed) {
      const auto d = static_cast<std::int64_t>(1 + seed % 40);
      // On a line, in a cloud, on a grid: where the sum of two sides is the third, nearly so, and far from
      // it.
      Matrix x = seed % 3 == 0 ? integer_rows(3, d, seed) : random_rows(3, d, seed);
      if (seed % 3 == 1) {
        for (std::int64_t k = 0; k < d; ++k) x(1, k) = (x(0, k) + x(2, k)) / 2;
      }
      for (int a = 0; a < 3; ++a) {
        const float* p = x.row(a);
        const float* q = x.row((a + 1) % 3);
        const bool equal = std::equal(p, p + d, q);
        if (distance.between(p, q, d) < 0) ++violations;
        if ((distance.between(p, q, d) == 0) != equal) ++violations;
        if (!same_bits(distance.between(p, q, d), distance.between(q, p, d))) ++violations;
        if (!triangle_holds(distance, p, q, x.row((a + 2) % 3), d)) ++violations;
      }
    }
    INFO(std::string(info.name));
    CHECK(violations == 0);
  }
  CHECK(metrics == 2);  // euclidean and manhattan: a new metric is welcome, and is then counted here
}

TEST_CASE("axioms: different rows are never at 0 under a metric, however near or far they are") {
  for (const DistanceInfo& info : distances()) {
    if (!info.is_metric) continue;
    const Distance distance(info.kind);
    for (const float step : {1e-44F, 1e-38F, 1e-30F, 1e-23F, 1e-10F, 1.0F, 1e19F, 1e30F, 1e38F}) {
      const float zero = 0;
      INFO(std::string(info.name), " step ", step);
      CHECK(near(static_cast<double>(distance.between(&zero, &step, 1)), static_cast<double>(step), 1e-6));
      CHECK(distance.between(&zero, &step, 1) > 0);
    }
  }
}

TEST_CASE("axioms: sqeuclidean breaks the triangle inequality") {
  const Distance distance(DistanceKind::sqeuclidean);
  const float x[] = {0, 1, 2};
  CHECK(distance.between(&x[0], &x[2], 1) == 4);
  CHECK_FALSE(triangle_holds(distance, &x[0], &x[1], &x[2], 1));
  CHECK_FALSE(distance.info().is_metric);
}

TEST_CASE("axioms: cosine breaks the triangle inequality and does not tell rows of one direction apart") {
  const Distance distance(DistanceKind::cosine);
  const float x[] = {1, 0};
  const float between[] = {1, 1};
  const float y[] = {0, 1};
  CHECK_FALSE(triangle_holds(distance, x, between, y, 2));
  const float twice[] = {2, 2};
  CHECK(distance.between(between, twice, 2) == 0);
  CHECK_FALSE(distance.info().is_metric);
}
