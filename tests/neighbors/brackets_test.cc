#include "nearfar/neighbors/brackets.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "every_distance.h"
#include "random_rows.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

// Rows of many kinds in one set: small, far from the origin, repeated, zero, constant, long and short.
Matrix mixed_rows(std::int64_t rows, std::int64_t d, std::uint64_t seed, double scale) {
  Matrix x = random_rows(rows, d, seed, scale);
  for (std::int64_t i = 0; i < rows; ++i) {
    for (std::int64_t j = 0; j < d; ++j) {
      float& value = x(i, j);
      if (i % 7 == 1) value += static_cast<float>(1000 * scale);
      if (i % 7 == 2) value = x(i - 1, j);
      if (i % 7 == 3) value = 0;
      if (i % 7 == 4) value = static_cast<float>(3 * scale);
      if (i % 7 == 5) value *= 1e-3F;
    }
  }
  return x;
}

struct Tightness {
  double outside = 0;       // the largest distance of a key from its bracket
  double widest = 0;        // bracket
  double range = 0;         // of the keys
  std::int64_t missed = 0;  // pairs that the test of the hot loops would lose
};

Tightness measured(const Brackets& brackets) {
  const MatrixView queries = brackets.query_rows();
  const MatrixView gallery = brackets.gallery_rows();
  Tightness result;
  double least = std::numeric_limits<double>::infinity();
  double most = -least;
  Matrix tile(queries.rows, gallery.rows);
  brackets.closeness(0, queries.rows, 0, gallery.rows, tile.data(), tile.cols());
  for (std::int64_t q = 0; q < queries.rows; ++q) {
    for (std::int64_t g = 0; g < gallery.rows; ++g) {
      const auto i = static_cast<std::size_t>(q);
      const auto j = static_cast<std::size_t>(g);
      const double low = static_cast<double>(brackets.query().low[i]) +
                         static_cast<double>(brackets.gallery().low[j]) - static_cast<double>(tile(q, g));
      const double high =
          low + static_cast<double>(brackets.query().gap[i]) + static_cast<double>(brackets.gallery().gap[j]);
      const double key = brackets.key(brackets.distance(q, g));
      if (!(key >= low && key <= high))
        result.outside = std::max({result.outside, low - key, key - high, 1e-300});
      // The test of the hot loops, with the key as the threshold: it must let the pair through.
      const float from =
          round_down(static_cast<double>(brackets.query().low[i]) - static_cast<double>(round_up(key)));
      result.missed += tile(q, g) >= brackets.gallery().low[j] + from ? 0 : 1;
      result.widest = std::max(result.widest, high - low);
      least = std::min(least, key);
      most = std::max(most, key);
    }
  }
  result.range = most - least;
  return result;
}

}  // namespace

TEST_CASE("brackets: every key lies between its bounds") {
  for (const std::int64_t d : {1, 3, 16, 61}) {
    for (const double scale : {1.0, 1e-12, 1e15}) {
      for (const Distance& distance : every_distance(d)) {
        const Matrix queries = in_domain(distance, mixed_rows(29, d, 1, scale));
        const Matrix gallery = in_domain(distance, mixed_rows(40, d, 2, scale));
        for (const bool farthest : {false, true}) {
          INFO(distance.name(), " d ", d, " scale ", scale, " farthest ", farthest);
          const Tightness two_sets = measured(Brackets(queries, gallery, distance, farthest));
          CHECK(two_sets.outside == 0);
          CHECK(two_sets.missed == 0);
          const Brackets same(queries, queries, distance, farthest);
          CHECK(same.symmetric() == distance.info().proved.symmetry);
          CHECK(measured(same).outside == 0);
          CHECK(measured(same).missed == 0);
        }
      }
    }
  }
}

TEST_CASE("brackets: rows at the limits of float") {
  for (const double scale : {1e-44, 1e-30, 1e-20, 1e18, 1e30, 3e37}) {
    for (const Distance& distance : every_distance(5)) {
      if (distance.kind() == DistanceKind::minkowski) continue;
      const Matrix x = in_domain(distance, random_rows(25, 5, 3, scale));
      INFO(distance.name(), " scale ", scale);
      CHECK(measured(Brackets(x, x, distance, false)).outside == 0);
    }
  }
}

TEST_CASE("brackets: narrow enough to leave few pairs, and exact without a product") {
  const Matrix x = random_rows(60, 128, 4);
  for (const Distance& distance : distances_without_matrix()) {
    const Matrix rows = in_domain(distance, Matrix::copy_of(x));
    const Brackets brackets(rows, rows, distance, false);
    const Tightness tightness = measured(brackets);
    INFO(distance.name(), " widest ", tightness.widest, " of ", tightness.range);
    if (brackets.exact()) {
      CHECK(tightness.widest == 0);
    } else {
      CHECK(tightness.widest < 1e-4 * tightness.range);
    }
  }
}

TEST_CASE("brackets: which distances go through the product") {
  const Matrix x = random_rows(10, 4, 5);
  for (const Distance& distance : every_distance(4)) {
    const Matrix rows = in_domain(distance, Matrix::copy_of(x));
    bool product = false;
    for (const DistanceKind kind : {DistanceKind::euclidean, DistanceKind::sqeuclidean, DistanceKind::cosine,
                                    DistanceKind::angular, DistanceKind::correlation, DistanceKind::dot,
                                    DistanceKind::mahalanobis, DistanceKind::sqmahalanobis})
      product = product || distance.kind() == kind;
    INFO(distance.name());
    CHECK(Brackets(rows, rows, distance, false).exact() == !product);
  }
}

TEST_CASE("round_down and round_up: the neighbouring floats") {
  CHECK(round_down(1.0) == 1.0F);
  CHECK(round_up(1.0) == 1.0F);
  CHECK(round_down(1.0 + 1e-9) == 1.0F);
  CHECK(round_up(1.0 + 1e-9) == std::nextafter(1.0F, 2.0F));
  CHECK(round_down(-1.0 - 1e-9) == std::nextafter(-1.0F, -2.0F));
  CHECK(round_up(1e300) == std::numeric_limits<float>::infinity());
  CHECK(round_down(1e300) == std::numeric_limits<float>::max());
}
