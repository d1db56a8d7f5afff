#include "nearfar/metric/exact.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "awkward_rows.h"
#include "every_distance.h"
#include "naive_distance.h"
#include "nearfar/core/error.h"

using namespace nearfar;
using namespace nearfar::testing;

TEST_CASE("exact_distance: the plain formula in long double, to 1e-12, on rows of every sort") {
  for (const std::int64_t d : {1, 2, 5, 16, 17, 40, 64}) {
    for (const Distance& distance : distances_without_matrix()) {
      const Matrix rows = in_domain(distance, awkward_rows(d, 11 + static_cast<std::uint64_t>(d)));
      std::int64_t wrong = 0;
      for (std::int64_t i = 0; i < rows.rows(); ++i) {
        for (std::int64_t j = 0; j < rows.rows(); ++j) {
          const std::vector<double> x = in_double(rows.row(i), d);
          const std::vector<double> y = in_double(rows.row(j), d);
          double expected = naive_distance(distance.kind(), x, y, distance.exponent());
          if (std::isinf(expected))
            expected = std::numeric_limits<float>::max();  // snr of an anchor of equal numbers
          const double got = exact_distance(distance, x.data(), y.data(), d);
          // Sums of terms of both signs are as good as their terms; a difference of angles as the long
          // double.
          double slack = 1e-18;
          if (distance.kind() == DistanceKind::dot)
            slack =
                1e-14 * static_cast<double>(naive_sum(x, y, [](auto a, auto b) { return std::abs(a * b); }));
          if (distance.kind() == DistanceKind::angular) slack = 1e-9;
          if (distance.kind() == DistanceKind::correlation || distance.kind() == DistanceKind::snr)
            slack = 1e-10;
          if (near(got, expected, 1e-11, slack)) continue;
          if (++wrong == 1)
            MESSAGE(distance.name(), " d=", d, " rows ", i, ",", j, ": ", got, " not ", expected);
        }
      }
      CHECK(wrong == 0);
    }
  }
}

TEST_CASE("exact_distance: angles are as good near 0 as elsewhere") {
  const double tiny = 1e-9;
  const std::vector<double> x{1, 0};
  const std::vector<double> y{1, tiny};
  CHECK(near(exact_distance(Distance(DistanceKind::cosine), x.data(), y.data(), 2), tiny * tiny / 2, 1e-9));
  CHECK(near(exact_distance(Distance(DistanceKind::angular), x.data(), y.data(), 2), tiny / std::acos(-1.0),
             1e-9));
}

TEST_CASE("exact_distance: symmetric to the bit, and exactly 0 from a row to itself") {
  for (const std::int64_t d : {1, 3, 16, 37}) {
    for (const Distance& distance : distances_without_matrix()) {
      const Matrix rows = in_domain(distance, awkward_rows(d, 3));
      INFO(distance.name(), " d=", d);
      bool symmetric = true;
      bool zero = true;
      for (std::int64_t i = 0; i < rows.rows(); ++i) {
        const std::vector<double> x = in_double(rows.row(i), d);
        zero = zero && exact_distance(distance, x.data(), x.data(), d) == 0;
        for (std::int64_t j = 0; j < i; ++j) {
          const std::vector<double> y = in_double(rows.row(j), d);
          symmetric = symmetric && exact_distance(distance, x.data(), y.data(), d) ==
                                       exact_distance(distance, y.data(), x.data(), d);
        }
      }
      if (distance.info().proved.symmetry) CHECK(symmetric);
      if (distance.kind() != DistanceKind::dot) CHECK(zero);
    }
  }
}

TEST_CASE("exact_distance: a distance with a matrix is refused, it is a map") {
  const double x = 1;
  const std::vector<double> m{1};
  const Distance mahalanobis(DistanceKind::mahalanobis, m, 1);
  CHECK_THROWS_AS(static_cast<void>(exact_distance(mahalanobis, &x, &x, 1)), Error);
  CHECK_THROWS_AS(static_cast<void>(row_noise(mahalanobis, &x, 0, 1)), Error);
}

TEST_CASE("row_noise: two rows that are equal but for a noise are no farther apart than it says") {
  constexpr std::int64_t kDim = 20;
  for (const Distance& distance : distances_without_matrix()) {
    // There only equal coordinates are at 0, or nothing is.
    if (distance.kind() == DistanceKind::canberra || distance.kind() == DistanceKind::hamming ||
        distance.kind() == DistanceKind::dot)
      continue;
    Random random(5);
    for (const double scale : {1e-10, 1.0, 1e10}) {
      for (const double noise : {1e-14, 1e-9, 1e-6}) {
        const Matrix row = in_domain(distance, random_rows(1, kDim, 9, scale));
        const std::vector<double> x = in_double(row.row(0), kDim);
        const double off = noise * scale;
        std::vector<double> y = x;
        for (double& value : y) value += off * (2 * random.uniform() - 1);
        const double reach = noise_between(distance, row_noise(distance, x.data(), off, kDim),
                                           row_noise(distance, y.data(), off, kDim));
        const double apart = exact_distance(distance, x.data(), y.data(), kDim);
        INFO(distance.name(), " scale ", scale, " noise ", noise);
        CHECK(apart > 0);
        CHECK(apart <= reach);
        CHECK(apart >= 1e-3 * reach);  // and it does not say much more
      }
    }
  }
}
