#include "nearfar/mahalanobis/scml_basis.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "mahalanobis/learner_cases.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

// The rows of the place around `center`: of each class the `count` nearest, no more than half of them.
LabelledRows naive_place(const LabelledRows& data, std::int64_t center, std::int64_t count) {
  LabelledRows place;
  place.labels.names = data.labels.names;
  for (std::int32_t c = 0; c < data.labels.classes(); ++c) {
    std::vector<std::pair<double, std::int64_t>> order;
    for (std::int64_t i = 0; i < data.x.rows(); ++i) {
      if (data.labels.codes[static_cast<std::size_t>(i)] == c)
        order.emplace_back(squared_distance(data.x, center, i), i);
    }
    std::sort(order.begin(), order.end());
    order.resize(std::min(static_cast<std::size_t>(count), (order.size() + 1) / 2));
    for (const auto& [square, row] : order) {
      place.x.append(data.x.view().slice(row, row + 1));
      place.labels.codes.push_back(c);
    }
  }
  return place;
}

// How far the row is from solving B v = w W v in the place, W shrunk by a tenth.
double residual_at(const LabelledRows& place, const Matrix& v) {
  NaiveScatters scatters = naive_scatters(place);
  const double mean = naive_trace(scatters.within) / static_cast<double>(scatters.within.size());
  for (std::size_t i = 0; i < scatters.within.size(); ++i) {
    for (std::size_t j = 0; j < scatters.within.size(); ++j)
      scatters.within[i][j] = 0.9 * scatters.within[i][j] + (i == j ? 0.1 * mean : 0);
  }
  return eigen_residual(v, scatters.between, scatters.within);
}

double length(const Dense& basis, std::int64_t k) {
  double square = 0;
  for (std::int64_t j = 0; j < basis.cols; ++j) square += basis(k, j) * basis(k, j);
  return std::sqrt(square);
}

}  // namespace

TEST_CASE("local discriminants: each solves the problem of Fisher in the place around some row") {
  for (const std::int32_t classes : {2, 3, 6}) {  // more of them than features, too
    const LabelledRows data = labelled_rows(70, 4, classes, 5);
    const Dense basis = local_discriminants(data.x, data.labels, 3);
    const std::int64_t of_a_place = 2 * std::min(4, classes - 1);
    const std::int64_t expected = of_a_place * std::min<std::int64_t>(70, (80 + of_a_place - 1) / of_a_place);
    CHECK(basis.rows <= expected);  // less where both scales are one
    CHECK(basis.rows >= expected / 2);
    std::vector<LabelledRows> places;
    for (std::int64_t center = 0; center < 70; ++center) {
      places.push_back(naive_place(data, center, 10));
      places.push_back(naive_place(data, center, 20));
    }
    for (std::int64_t k = 0; k < basis.rows; k += 7) {
      CHECK(near(length(basis, k), 1, 1e-9));
      Matrix v(1, 4);
      for (std::int64_t j = 0; j < 4; ++j) v(0, j) = static_cast<float>(basis(k, j));
      double best = 1;
      for (const LabelledRows& place : places) best = std::min(best, residual_at(place, v));
      CHECK(best < 1e-5);
    }
  }
}

TEST_CASE("local discriminants: classes without spread are told apart by their means") {
  LabelledRows data{Matrix(6, 2), labels_of({0, 0, 0, 1, 1, 1})};
  for (std::int64_t i = 3; i < 6; ++i) data.x(i, 1) = 2;
  const Dense basis = local_discriminants(data.x, data.labels, 0);
  for (std::int64_t k = 0; k < basis.rows; ++k) {
    CHECK(near(basis(k, 0), 0, 1e-12, 1e-12));
    CHECK(near(std::abs(basis(k, 1)), 1, 1e-12));
  }
}

TEST_CASE("local discriminants: the same bits for any number of threads, others for another seed") {
  const LabelledRows data = labelled_rows(150, 5, 3, 4);
  Dense first;
  for (const int count : {1, 3}) {
    const Threads threads(count);
    const Dense basis = local_discriminants(data.x, data.labels, 7);
    if (count == 1) first = basis;
    CHECK(basis.values == first.values);
  }
  CHECK(local_discriminants(data.x, data.labels, 8).values != first.values);
}

TEST_CASE("directions of triplets: from the anchor to the far row, of length 1") {
  const Matrix x = random_rows(30, 2, 6);
  Tuples triplets;
  triplets.kind = TupleKind::triplets;
  for (std::int32_t i = 0; i + 2 < 30; ++i) triplets.items.insert(triplets.items.end(), {i, i + 1, i + 2});
  const Dense basis = triplet_directions(x, triplets, 0);
  REQUIRE(basis.rows == 28);  // all of them: 20 for a dimension are more
  for (std::int64_t k = 0; k < 28; ++k) {
    const double size = std::sqrt(squared_distance(x, k, k + 2));
    for (std::int64_t j = 0; j < 2; ++j) {
      const double along = static_cast<double>(x(k + 2, j)) - static_cast<double>(x(k, j));
      CHECK(near(basis(k, j), along / size, 1e-9, 1e-9));
    }
  }
}
