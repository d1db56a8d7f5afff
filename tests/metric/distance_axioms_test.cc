// What the table claims of each distance: the axioms that are proved, a counterexample to the others.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "every_distance.h"
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
  return direct <= around + 2e-6 * std::abs(around);
}

// Rows in a cloud, on a grid, the middle one half way between the others: where the sum of two sides is far
// from the third, equal to it, nearly so.
Matrix triple(const Distance& distance, std::int64_t d, std::uint64_t seed) {
  Matrix x = seed % 3 == 0 ? integer_rows(3, d, seed) : random_rows(3, d, seed);
  if (seed % 3 == 1) {
    for (std::int64_t k = 0; k < d; ++k) x(1, k) = (x(0, k) + x(2, k)) / 2;
  }
  return in_domain(distance, x);
}

}  // namespace

TEST_CASE("axioms: every one that the table calls proved holds on random triples") {
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    const auto d = static_cast<std::int64_t>(1 + seed % 40);
    for (const Distance& distance : every_distance(d)) {
      const Axioms& proved = distance.info().proved;
      const Matrix x = triple(distance, d, seed);
      std::int64_t violations = 0;
      for (int a = 0; a < 3; ++a) {
        const float* p = x.row(a);
        const float* q = x.row((a + 1) % 3);
        const float pq = distance.between(p, q, d);
        if (proved.non_negativity && pq < 0) ++violations;
        if (proved.identity && (pq == 0) != std::equal(p, p + d, q)) ++violations;
        if (proved.symmetry && !same_bits(pq, distance.between(q, p, d))) ++violations;
        if (proved.triangle && !triangle_holds(distance, p, q, x.row((a + 2) % 3), d)) ++violations;
      }
      if (violations > 0) FAIL_CHECK(distance.name() << " d=" << d << " seed " << seed);
    }
  }
}

TEST_CASE("axioms: every one that the table does not call proved fails on some triple") {
  for (const DistanceInfo& info : distances()) {
    Axioms held{true, true, true, true};
    for (std::uint64_t seed = 0; seed < 3000; ++seed) {
      const auto d = static_cast<std::int64_t>(1 + seed % 4);
      // M = diag(1, 0, ...) for the Mahalanobis kinds, whose identity fails where M is singular.
      std::vector<double> m(static_cast<std::size_t>(d * d));
      m[0] = 1;
      const Distance distance = info.needs_matrix       ? Distance(info.kind, m, d)
                                : info.argument.empty() ? Distance(info.kind)
                                                        : Distance::minkowski(3);
      Matrix x = triple(distance, d, seed);
      if (seed % 5 == 0) {
        for (std::int64_t k = 0; k < d; ++k) x(1, k) = 2 * x(0, k);
      }
      for (int a = 0; a < 3; ++a) {
        const float* p = x.row(a);
        const float* q = x.row((a + 1) % 3);
        const float pq = distance.between(p, q, d);
        if (pq < 0) held.non_negativity = false;
        if ((pq == 0) != std::equal(p, p + d, q)) held.identity = false;
        if (!same_bits(pq, distance.between(q, p, d))) held.symmetry = false;
        if (!triangle_holds(distance, p, q, x.row((a + 2) % 3), d)) held.triangle = false;
      }
    }
    INFO(std::string(info.name));
    CHECK(held.non_negativity == info.proved.non_negativity);
    CHECK(held.identity == info.proved.identity);
    CHECK(held.symmetry == info.proved.symmetry);
    CHECK(held.triangle == info.proved.triangle);
  }
}

TEST_CASE("axioms: different rows are never at 0 under a norm, however near or far they are") {
  for (const std::string name : {"euclidean", "manhattan", "chebyshev", "minkowski:3", "minkowski:1.5"}) {
    const Distance distance = parse_distance(name);
    for (const float step : {1e-44F, 1e-38F, 1e-30F, 1e-23F, 1e-10F, 1.0F, 1e19F, 1e30F, 1e38F}) {
      const float zero = 0;
      INFO(name, " step ", step);
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
}

TEST_CASE("axioms: cosine breaks the triangle inequality and does not tell rows of one direction apart") {
  const Distance distance(DistanceKind::cosine);
  const float x[] = {1, 0};
  const float between[] = {1, 1};
  const float y[] = {0, 1};
  CHECK_FALSE(triangle_holds(distance, x, between, y, 2));
  const float twice[] = {2, 2};
  CHECK(distance.between(between, twice, 2) == 0);
}
