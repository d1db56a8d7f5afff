#include "nearfar/metric/distance.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "naive_distance.h"
#include "nearfar/core/error.h"
#include "random_rows.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

// Rows of every sort that data can hold: ordinary, zero, constant, very large, very small, below the normal
// range, of mixed scale.
Matrix awkward_rows(std::int64_t d, std::uint64_t seed) {
  Matrix rows(0, d);
  rows.append(random_rows(3, d, seed));
  rows.append(Matrix(1, d));
  for (const float value : {1.0F, -2.5F, 1e30F, 1e-30F}) {
    Matrix constant(1, d);
    for (std::int64_t k = 0; k < d; ++k) constant(0, k) = value;
    rows.append(constant);
  }
  for (const double scale : {1e36, 1e25, 1e19, 1e-15, 1e-22, 1e-30, 1e-42}) {
    rows.append(random_rows(2, d, seed + 1000, scale));
  }
  Random random(seed + 2000);
  Matrix mixed(2, d);
  for (std::int64_t k = 0; k < mixed.size(); ++k) {
    mixed.data()[k] = static_cast<float>(random.normal() * std::pow(10.0, 40 * random.uniform() - 20));
  }
  rows.append(mixed);
  return rows;
}

// Whether `got` is `expected` rounded to a float, with an error of 2e-6 of it (of 1, for cosine).
bool agrees(DistanceKind kind, float got, double expected) {
  constexpr double kTolerance = 2e-6;
  constexpr double kLargest = std::numeric_limits<float>::max();
  const double value = static_cast<double>(got);
  if (kind == DistanceKind::cosine) return std::abs(value - expected) <= kTolerance;
  if (expected > kLargest * (1 - kTolerance)) return value > kLargest * (1 - 2 * kTolerance);
  const double steps = kind == DistanceKind::sqeuclidean ? 200 : 2;  // of the smallest float
  return std::abs(value - expected) <=
         kTolerance * expected + steps * static_cast<double>(std::numeric_limits<float>::denorm_min());
}

}  // namespace

TEST_CASE("distance table: row i is kind i, names are unique and parse back") {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < distances().size(); ++i) {
    const DistanceInfo& info = distances()[i];
    CHECK(static_cast<std::size_t>(info.kind) == i);
    CHECK(names.insert(info.name).second);
    CHECK(&distance_info(info.name) == &info);
    CHECK_FALSE(info.formula.empty());
    if (info.needs_matrix) {
      CHECK_THROWS_AS(static_cast<void>(parse_distance(info.name)), Error);
    } else {
      CHECK(parse_distance(info.name).kind() == info.kind);
      CHECK(&parse_distance(info.name).info() == &info);
    }
  }
}

TEST_CASE("distance table: an unknown name is a usage error that names the near one") {
  try {
    static_cast<void>(parse_distance("euclidian"));
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::usage);
    CHECK(std::string(error.what()).find("euclidean") != std::string::npos);
  }
}

TEST_CASE("distance: equals the plain formula in double on rows of every sort, d = 1..130") {
  for (std::int64_t d = 1; d <= 130; ++d) {
    const Matrix rows = awkward_rows(d, static_cast<std::uint64_t>(d));
    for (const DistanceInfo& info : distances()) {
      if (info.needs_matrix) continue;
      const Distance distance(info.kind);
      std::int64_t wrong = 0;
      for (std::int64_t i = 0; i < rows.rows(); ++i) {
        for (std::int64_t j = 0; j < rows.rows(); ++j) {
          const float got = distance.between(rows.row(i), rows.row(j), d);
          const double expected =
              naive_distance(info.kind, in_double(rows.row(i), d), in_double(rows.row(j), d));
          if (agrees(info.kind, got, expected)) continue;
          if (++wrong == 1)
            MESSAGE(std::string(info.name), " d=", d, " rows ", i, ",", j, ": ", got, " not ", expected);
        }
      }
      CHECK(wrong == 0);
    }
  }
}

TEST_CASE(
    "distance: symmetric to the bit, exactly 0 from a row to itself and to its copy, never NaN or negative") {
  for (const std::int64_t d : {1, 2, 3, 7, 15, 16, 17, 31, 33, 64, 100, 129, 130}) {
    const Matrix rows = awkward_rows(d, 77 + static_cast<std::uint64_t>(d));
    const Matrix copy = Matrix::copy_of(rows);
    for (const DistanceInfo& info : distances()) {
      if (info.needs_matrix) continue;
      const Distance distance(info.kind);
      INFO(std::string(info.name), " d=", d);
      bool symmetric = true;
      bool zero = true;
      bool ordered = true;
      for (std::int64_t i = 0; i < rows.rows(); ++i) {
        zero = zero && same_bits(distance.between(rows.row(i), rows.row(i), d), 0.0F) &&
               same_bits(distance.between(rows.row(i), copy.row(i), d), 0.0F);
        for (std::int64_t j = 0; j < rows.rows(); ++j) {
          const float there = distance.between(rows.row(i), rows.row(j), d);
          symmetric = symmetric && same_bits(there, distance.between(rows.row(j), rows.row(i), d));
          ordered = ordered && there >= 0;
        }
      }
      CHECK(symmetric);
      CHECK(zero);
      CHECK(ordered);
    }
  }
}

TEST_CASE("distance: to_rows gives the bits of between, also for rows with a stride") {
  for (const std::int64_t d : {1, 5, 16, 33, 130}) {
    const Matrix rows = awkward_rows(d, 500 + static_cast<std::uint64_t>(d));
    const std::int64_t used = d > 1 ? d - 1 : d;
    const MatrixView view{rows.data(), rows.rows(), used, d};  // without the last column
    std::vector<double> identity(static_cast<std::size_t>(used * used));
    for (std::int64_t k = 0; k < used; ++k) identity[static_cast<std::size_t>(k * used + k)] = 1;
    for (const DistanceInfo& info : distances()) {
      const Distance distance = info.needs_matrix ? Distance(info.kind, identity, used) : Distance(info.kind);
      std::vector<float> out(static_cast<std::size_t>(view.rows));
      bool same = true;
      for (std::int64_t i = 0; i < view.rows; ++i) {
        distance.to_rows(view.row(i), view, out.data());
        for (std::int64_t j = 0; j < view.rows; ++j) {
          same = same && same_bits(out[static_cast<std::size_t>(j)],
                                   distance.between(view.row(i), view.row(j), used));
        }
      }
      INFO(std::string(info.name), " d=", d);
      CHECK(same);
    }
  }
}

TEST_CASE("distance: rows of zeros under cosine are at 1 from everything and at 0 from each other") {
  const Distance cosine(DistanceKind::cosine);
  const std::vector<float> zero(5);
  const std::vector<float> negative_zero(5, -0.0F);
  const std::vector<float> x{1, -2, 3, 0, 1};
  CHECK(cosine.between(zero.data(), x.data(), 5) == 1);
  CHECK(cosine.between(x.data(), zero.data(), 5) == 1);
  CHECK(cosine.between(zero.data(), negative_zero.data(), 5) == 0);
}

TEST_CASE(
    "distance: cosine stays in [0, 2], and is 0 and 2 for rows in the same and in the opposite direction") {
  const Distance cosine(DistanceKind::cosine);
  for (std::int64_t d = 1; d <= 130; ++d) {
    const Matrix x = random_rows(1, d, 40 + static_cast<std::uint64_t>(d));
    for (const float factor : {3.0F, 0.1F, -0.7F, -5.0F}) {
      Matrix y = x;
      for (std::int64_t k = 0; k < d; ++k) y(0, k) *= factor;
      const float got = cosine.between(x.row(0), y.row(0), d);
      CHECK(got >= 0);
      CHECK(got <= 2);
      CHECK(std::abs(static_cast<double>(got) - (factor > 0 ? 0 : 2)) < 2e-6);
    }
  }
}
