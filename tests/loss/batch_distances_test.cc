#include "nearfar/loss/batch_distances.h"

#include <doctest/doctest.h>

#include <string>

#include "loss/naive_loss.h"
#include "nearfar/core/error.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

std::vector<double> random_weights(std::int64_t n, std::uint64_t seed) {
  Random random(seed);
  std::vector<double> weights;
  for (std::int64_t i = 0; i < n * n; ++i) weights.push_back(random.normal());
  return weights;
}

// sum over i, j of weights(i, j) d(i, j)
double weighted_sum(DistanceKind kind, const DoubleRows& x, const std::vector<double>& weights) {
  double sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    for (std::size_t j = 0; j < x.size(); ++j) {
      if (i != j) sum += weights[i * x.size() + j] * naive_distance(kind, x[i], x[j]);
    }
  }
  return sum;
}

}  // namespace

TEST_CASE(
    "BatchDistances: equals the formulas in double; symmetric, 0 on the diagonal and between equal rows") {
  for (const DistanceInfo& info : distances()) {
    if (!info.trains) continue;
    for (const std::int64_t dim : {1, 2, 7, 33}) {
      Matrix x = random_rows(40, dim, static_cast<std::uint64_t>(dim));
      x.append(Matrix(2, dim));                          // rows of zeros
      x.append(Matrix::copy_of(x.view().slice(0, 40)));  // every row twice
      const BatchDistances distances(x, info.kind);
      const DoubleRows rows = in_double(x);
      REQUIRE(distances.size() == 82);
      double worst = 0;
      bool symmetric = true;
      bool in_range = true;
      for (std::int64_t i = 0; i < 82; ++i) {
        for (std::int64_t j = 0; j < 82; ++j) {
          const double expected =
              naive_distance(info.kind, rows[static_cast<std::size_t>(i)], rows[static_cast<std::size_t>(j)]);
          worst = std::max(worst, std::abs(distances(i, j) - expected) / std::max(1.0, expected));
          symmetric = symmetric && distances(i, j) == distances(j, i);
          in_range = in_range && distances(i, j) >= 0;
        }
      }
      INFO(std::string(info.name), " dim ", dim);
      CHECK(worst < 1e-13);
      CHECK(symmetric);
      CHECK(in_range);
      bool zero = distances(40, 41) == 0;
      for (std::int64_t i = 0; i < 40; ++i) zero = zero && distances(i, i) == 0 && distances(i, i + 42) == 0;
      CHECK(zero);
    }
  }
}

TEST_CASE(
    "BatchDistances: backward is the derivative of a weighted sum of distances, for unsymmetric weights") {
  constexpr std::int64_t kRows = 20;
  constexpr double kStep = 1e-6;
  for (const DistanceInfo& info : distances()) {
    if (!info.trains) continue;
    const Matrix x = random_rows(kRows, 3, 11);
    const std::vector<double> weights = random_weights(kRows, 12);
    const Matrix gradient = BatchDistances(x, info.kind).backward(weights);
    DoubleRows rows = in_double(x);
    double worst = 0;
    for (std::int64_t i = 0; i < kRows; ++i) {
      for (std::int64_t k = 0; k < 3; ++k) {
        double& value = rows[static_cast<std::size_t>(i)][static_cast<std::size_t>(k)];
        const double at = value;
        value = at + kStep;
        const double above = weighted_sum(info.kind, rows, weights);
        value = at - kStep;
        const double below = weighted_sum(info.kind, rows, weights);
        value = at;
        worst =
            std::max(worst, std::abs((above - below) / (2 * kStep) - static_cast<double>(gradient(i, k))));
      }
    }
    INFO(std::string(info.name));
    CHECK(worst < 1e-6 * largest(gradient));
  }
}

TEST_CASE("BatchDistances: where a distance has no derivative it counts as 0") {
  Matrix x(3, 2);  // two equal rows and a zero row
  x(0, 0) = x(1, 0) = 2;
  x(0, 1) = x(1, 1) = -1;
  const std::vector<double> weights{0, 1, 0, 1, 0, 0, 0, 0, 0};  // of the pair (0, 1) alone
  for (const DistanceInfo& info : distances()) {
    if (!info.trains) continue;
    INFO(std::string(info.name));
    CHECK(largest(BatchDistances(x, info.kind).backward(weights)) < 1e-12);
  }
  const std::vector<double> to_zero{0, 0, 1, 0, 0, 1, 1, 1, 0};  // of the pairs with the zero row
  CHECK(largest(BatchDistances(x, DistanceKind::cosine).backward(to_zero)) == 0);
}

TEST_CASE("BatchDistances: the same bits for 1, 2 and 3 threads") {
  const Matrix x = random_rows(70, 5, 13);
  const std::vector<double> weights = random_weights(70, 14);
  for (const DistanceInfo& info : distances()) {
    if (!info.trains) continue;
    std::vector<Matrix> gradients;
    for (const int count : {1, 2, 3}) {
      const Threads use(count);
      gradients.push_back(BatchDistances(x, info.kind).backward(weights));
    }
    CHECK(same_bits(values(gradients[0]), values(gradients[1])));
    CHECK(same_bits(values(gradients[0]), values(gradients[2])));
  }
}

TEST_CASE("BatchDistances: refuses a distance without a gradient") {
  const Matrix x = random_rows(3, 2, 1);
  for (const DistanceInfo& info : distances()) {
    if (!info.trains) CHECK_THROWS_AS(BatchDistances(x, info.kind), Error);
  }
}
