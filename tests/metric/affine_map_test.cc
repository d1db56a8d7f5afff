#include "nearfar/metric/affine_map.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "random_rows.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

// A B for a random A (outputs x rank) and B (rank x inputs): of that rank.
AffineMap map_of_rank(std::int64_t outputs, std::int64_t inputs, std::int64_t rank, std::uint64_t seed) {
  AffineMap map = AffineMap::identity(inputs);
  return map.then(random_rows(rank, inputs, seed)).then(random_rows(outputs, rank, seed + 1));
}

double length(const std::vector<double>& v) {
  double squares = 0;
  for (const double value : v) squares += value * value;
  return std::sqrt(squares);
}

// |A v| beside the length of the longest row of A.
double image_of_direction(const AffineMap& map, const std::vector<double>& v) {
  double longest = 0;
  std::vector<double> image(static_cast<std::size_t>(map.outputs));
  for (std::int64_t r = 0; r < map.outputs; ++r) {
    double squares = 0;
    for (std::int64_t j = 0; j < map.inputs; ++j) {
      const double value = map.a[static_cast<std::size_t>(r * map.inputs + j)];
      image[static_cast<std::size_t>(r)] += value * v[static_cast<std::size_t>(j)];
      squares += value * value;
    }
    longest = std::max(longest, std::sqrt(squares));
  }
  return length(image) / longest;
}

}  // namespace

TEST_CASE("affine_map: then and apply are matrix product and sum, by hand") {
  AffineMap map = AffineMap::identity(2);
  map.b = {1, -1};
  Matrix l(3, 2);
  l(0, 0) = 1, l(0, 1) = 2;
  l(1, 0) = 0, l(1, 1) = 3;
  l(2, 0) = -1, l(2, 1) = 0.5F;
  const AffineMap product = map.then(l);
  CHECK(product.inputs == 2);
  CHECK(product.outputs == 3);
  const double x[] = {10, 20};  // + b = (11, 19)
  double y[3];
  product.apply(x, y);
  CHECK(y[0] == 49);
  CHECK(y[1] == 57);
  CHECK(y[2] == -1.5);
}

TEST_CASE("rank_of: of products of known inner length, with a direction that is mapped to 0") {
  for (std::int64_t inputs = 1; inputs <= 30; inputs += 3) {
    for (std::int64_t outputs = 1; outputs <= 30; outputs += 4) {
      for (const std::int64_t rank :
           {std::int64_t{1}, (std::min(inputs, outputs) + 1) / 2, std::min(inputs, outputs)}) {
        const AffineMap map =
            map_of_rank(outputs, inputs, rank, static_cast<std::uint64_t>(100 * inputs + outputs));
        const Rank found = rank_of(map);
        INFO(outputs, " x ", inputs, " of rank ", rank);
        CHECK(found.rank == rank);
        CHECK(found.null_vector.empty() == (rank == inputs));
        if (found.null_vector.empty()) continue;
        CHECK(near(length(found.null_vector), 1, 1e-12));
        CHECK(image_of_direction(map, found.null_vector) < 1e-11);
      }
    }
  }
}

TEST_CASE("rank_of: the units of the features do not matter") {
  for (const std::int64_t rank : {3, 6}) {
    AffineMap map = map_of_rank(8, 6, rank, 4);
    for (std::int64_t r = 0; r < map.outputs; ++r) {
      for (std::int64_t j = 0; j < map.inputs; ++j)
        map.a[static_cast<std::size_t>(r * map.inputs + j)] *=
            std::pow(10.0, 12 * static_cast<double>(j) - 30);
    }
    CHECK(rank_of(map).rank == rank);
  }
}

TEST_CASE("rank_of: zero, a zero column, equal columns, the identity") {
  AffineMap zero = AffineMap::identity(3);
  zero.a.assign(9, 0);
  CHECK(rank_of(zero).rank == 0);
  CHECK(near(length(rank_of(zero).null_vector), 1, 1e-15));
  AffineMap column = AffineMap::identity(3);
  column.a[4] = 0;
  CHECK(rank_of(column).rank == 2);
  CHECK(std::abs(rank_of(column).null_vector[1]) == 1);
  AffineMap equal{2, 2, {1, 1, 2, 2}, {0, 0}};
  CHECK(rank_of(equal).rank == 1);
  CHECK(near(rank_of(equal).null_vector[0], -rank_of(equal).null_vector[1], 1e-15));
  CHECK(rank_of(AffineMap::identity(40)).rank == 40);
}

TEST_CASE("rank_of: nearly equal columns of floats are different columns") {
  AffineMap map{2, 2, {1, 1, 1, static_cast<double>(std::nextafter(1.0F, 2.0F))}, {0, 0}};
  CHECK(rank_of(map).rank == 2);
}
