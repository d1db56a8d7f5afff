#include "nearfar/evaluation/projection.h"

#include <doctest/doctest.h>

#include <cmath>

#include "nearfar/core/random.h"
#include "nearfar/core/solve.h"

using namespace nearfar;

namespace {

Matrix stretched_rows(std::int64_t rows, std::int64_t cols) {
  Random random(3);
  Matrix matrix(rows, cols);
  for (std::int64_t i = 0; i < rows; ++i) {
    for (std::int64_t j = 0; j < cols; ++j)
      matrix(i, j) = static_cast<float>(10 + random.normal() * (j == 2 ? 5 : j == 0 ? 3 : 1));
  }
  return matrix;
}

}  // namespace

TEST_CASE("project: the two directions of largest variance, as the eigenproblem has them") {
  const Matrix rows = stretched_rows(200, 6);
  Dense covariance(6, 6);
  std::vector<double> mean(6);
  for (std::int64_t i = 0; i < 200; ++i) {
    for (std::int64_t j = 0; j < 6; ++j)
      mean[static_cast<std::size_t>(j)] += static_cast<double>(rows(i, j)) / 200;
  }
  const auto centred = [&](std::int64_t i, std::int64_t j) {
    return static_cast<double>(rows(i, j)) - mean[static_cast<std::size_t>(j)];
  };
  for (std::int64_t i = 0; i < 200; ++i) {
    for (std::int64_t a = 0; a < 6; ++a) {
      for (std::int64_t b = 0; b < 6; ++b) covariance(a, b) += centred(i, a) * centred(i, b);
    }
  }
  const SymmetricEigen eigen = symmetric_eigen(covariance);
  const Projection projection = project(rows);
  REQUIRE(projection.x.size() == 200);
  for (std::int64_t i = 0; i < 200; ++i) {
    double x = 0;
    double y = 0;
    for (std::int64_t j = 0; j < 6; ++j) {
      x += centred(i, j) * eigen.vectors[static_cast<std::size_t>(j)];
      y += centred(i, j) * eigen.vectors[static_cast<std::size_t>(6 + j)];
    }
    CHECK(projection.x[static_cast<std::size_t>(i)] == doctest::Approx(x).epsilon(1e-6));
    CHECK(projection.y[static_cast<std::size_t>(i)] == doctest::Approx(y).epsilon(1e-6));
  }
  double total = 0;
  for (const double value : eigen.values) total += value;
  CHECK(projection.explained == doctest::Approx((eigen.values[0] + eigen.values[1]) / total));
}

TEST_CASE("project: one column, equal rows") {
  const Projection line = project(stretched_rows(20, 1));
  for (const double y : line.y) CHECK(y == 0);
  CHECK(line.explained == doctest::Approx(1));
  const Projection point = project(Matrix(5, 3));
  for (const double x : point.x) CHECK(x == 0);
  CHECK(point.explained == 0);
}

TEST_CASE("colour_by_class: ten classes at most, in the order of their names") {
  Projection projection;
  projection.note = "All.";
  const std::vector<std::string> few{"10", "b", "9", "absent"};
  colour_by_class(projection, std::vector<std::int32_t>{1, 0, 2, -1}, few);
  CHECK(projection.classes == std::vector<std::string>{"9", "10", "b"});
  CHECK(projection.of_class == std::vector<std::int32_t>{2, 1, 0, -1});
  CHECK(projection.note == "All.");

  std::vector<std::string> names;
  std::vector<std::int32_t> codes;
  for (std::int32_t c = 0; c < 12; ++c) {
    names.push_back("c" + std::to_string(10 + c));
    for (int i = 0; i < (c == 3 || c == 7 ? 1 : 2); ++i) codes.push_back(c);
  }
  colour_by_class(projection, codes, names);
  CHECK(projection.classes.size() == 10);
  std::size_t grey = 0;
  for (std::size_t i = 0; i < codes.size(); ++i) {
    const bool small = codes[i] == 3 || codes[i] == 7;
    grey += small ? 1 : 0;
    CHECK((projection.of_class[i] == -1) == small);
    if (!small) {
      CHECK(projection.classes[static_cast<std::size_t>(projection.of_class[i])] ==
            names[static_cast<std::size_t>(codes[i])]);
    }
  }
  CHECK(grey == 2);
  CHECK(projection.note == "All. The 10 largest of 12 classes have a colour.");
}
