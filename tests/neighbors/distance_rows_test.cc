#include "nearfar/neighbors/distance_rows.h"

#include <doctest/doctest.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <vector>

#include "every_distance.h"
#include "random_rows.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

// All distances, queries x gallery, as for_each_distance_row hands them out.
Matrix all_distances(MatrixView queries, MatrixView gallery, const Distance& distance) {
  Matrix all(queries.rows, gallery.rows);
  std::vector<std::atomic<int>> seen(static_cast<std::size_t>(queries.rows));
  for_each_distance_row(queries, gallery, distance, [&](std::int64_t q, std::span<const float> row) {
    ++seen[static_cast<std::size_t>(q)];
    if (static_cast<std::int64_t>(row.size()) != gallery.rows)
      throw std::logic_error("a row of the wrong length");
    for (std::int64_t g = 0; g < gallery.rows; ++g) all(q, g) = row[static_cast<std::size_t>(g)];
  });
  bool once = true;
  for (const std::atomic<int>& count : seen) once = once && count == 1;
  CHECK(once);
  return all;
}

struct Shape {
  std::int64_t queries;
  std::int64_t gallery;
  std::int64_t dim;
};

// One row, a few, block limits (8 queries), more gallery rows than one tile of 256 KiB holds.
constexpr Shape kShapes[] = {{1, 1, 1}, {3, 7, 2}, {8, 16, 5}, {9, 33, 130}, {17, 1500, 64}, {25, 40, 4096}};

}  // namespace

TEST_CASE("for_each_distance_row: the bits of between, for 1, 2 and 3 threads") {
  for (const Shape& shape : kShapes) {
    // Beyond 64 coordinates the eigenproblem of M would take the time.
    for (const Distance& distance : shape.dim > 64 ? distances_without_matrix() : every_distance(shape.dim)) {
      const Matrix queries = in_domain(distance, random_rows(shape.queries, shape.dim, 1));
      const Matrix gallery = in_domain(distance, random_rows(shape.gallery, shape.dim, 2));
      Matrix expected(shape.queries, shape.gallery);
      for (std::int64_t q = 0; q < shape.queries; ++q) {
        for (std::int64_t g = 0; g < shape.gallery; ++g) {
          expected(q, g) = distance.between(queries.row(q), gallery.row(g), shape.dim);
        }
      }
      for (const int count : {1, 2, 3}) {
        const Threads use(count);
        INFO(distance.name(), " ", shape.queries, " x ", shape.gallery, " x ", shape.dim, " threads ", count);
        CHECK(same_bits(values(all_distances(queries, gallery, distance)), values(expected)));
      }
    }
  }
}

TEST_CASE("for_each_distance_row: rows with a stride, and queries that are the gallery") {
  const Matrix wide = random_rows(30, 9, 3);
  const MatrixView part{wide.data() + 2, 30, 5, 9};
  const Matrix packed = Matrix::copy_of(part);
  const Distance distance;
  const Matrix all = all_distances(part, part, distance);
  CHECK(same_bits(values(all), values(all_distances(packed, packed, distance))));
  for (std::int64_t i = 0; i < 30; ++i) {
    CHECK(all(i, i) == 0);
    for (std::int64_t j = 0; j < i; ++j) CHECK(same_bits(all(i, j), all(j, i)));
  }
}

TEST_CASE("for_each_distance_row: no queries, no gallery") {
  const Matrix x = random_rows(4, 3, 1);
  const Distance distance;
  std::atomic<int> calls = 0;
  for_each_distance_row(Matrix(0, 3), x, distance, [&](std::int64_t, std::span<const float>) { ++calls; });
  CHECK(calls == 0);
  for_each_distance_row(x, Matrix(0, 3), distance, [&](std::int64_t, std::span<const float> row) {
    if (row.empty()) ++calls;
  });
  CHECK(calls == 4);
}

TEST_CASE("for_each_distance_row: an exception of the caller's function comes out") {
  const Matrix x = random_rows(50, 3, 1);
  const Distance distance;
  for (const int count : {1, 3}) {
    const Threads use(count);
    CHECK_THROWS_AS(for_each_distance_row(x, x, distance,
                                          [](std::int64_t q, std::span<const float>) {
                                            if (q == 20) throw std::runtime_error("stop");
                                          }),
                    std::runtime_error);
  }
}
