// Values worked out by hand, and what the table says about rows of zeros and of equal numbers.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "nearfar/metric/distance.h"

using namespace nearfar;

namespace {

double between(const std::string& distance, const std::vector<float>& x, const std::vector<float>& y) {
  return static_cast<double>(
      parse_distance(distance).between(x.data(), y.data(), static_cast<std::int64_t>(x.size())));
}

bool is(double got, double expected) { return std::abs(got - expected) <= 1e-6 * std::abs(expected); }

const std::vector<float> kX{1, 2, 3, 0};
const std::vector<float> kY{2, 0, 6, 0};
const std::vector<float> kZero{0, 0, 0, 0};
const std::vector<float> kNegativeZero{-0.0F, 0, -0.0F, 0};
const std::vector<float> kOnes{1, 1, 1, 1};
const std::vector<float> kFives{5, 5, 5, 5};

}  // namespace

TEST_CASE("distance: values by hand, x = (1, 2, 3, 0) and y = (2, 0, 6, 0)") {
  CHECK(is(between("euclidean", kX, kY), std::sqrt(14.0)));
  CHECK(between("sqeuclidean", kX, kY) == 14);
  CHECK(between("manhattan", kX, kY) == 6);
  CHECK(between("chebyshev", kX, kY) == 3);
  CHECK(is(between("minkowski:3", kX, kY), std::cbrt(36.0)));
  CHECK(is(between("minkowski:4", kX, kY), std::pow(98.0, 0.25)));
  CHECK(is(between("canberra", kX, kY), 1.0 / 3 + 1 + 1.0 / 3));
  CHECK(is(between("braycurtis", kX, kY), 6.0 / 14));
  CHECK(between("hamming", kX, kY) == 0.75);
  CHECK(is(between("jaccard", kX, kY), 1 - 4.0 / 10));
  CHECK(is(between("cosine", kX, kY), 1 - 20 / std::sqrt(14.0 * 40)));
  CHECK(is(between("angular", kX, kY), std::acos(20 / std::sqrt(14.0 * 40)) / std::acos(-1.0)));
  // Less their means: (-0.5, 0.5, 1.5, -1.5) and (0, -2, 4, -2).
  CHECK(is(between("correlation", kX, kY), 1 - 8 / std::sqrt(5.0 * 24)));
  CHECK(between("dot", kX, kY) == -20);
  // y - x = (1, -2, 3, 0), less its mean 0.5: (0.5, -2.5, 2.5, -0.5); the other way the signal is that of y.
  CHECK(is(between("snr", kX, kY), 13.0 / 5));
  CHECK(is(between("snr", kY, kX), 13.0 / 24));
}

// As in the documentation of scipy.spatial.distance.
TEST_CASE("distance: values that scipy gives") {
  CHECK(between("braycurtis", {1, 0, 0}, {0, 1, 0}) == 1);
  CHECK(is(between("braycurtis", {1, 1, 0}, {0, 1, 0}), 1.0 / 3));
  CHECK(between("canberra", {1, 0, 0}, {0, 1, 0}) == 2);
  CHECK(between("canberra", {1, 1, 0}, {0, 1, 0}) == 1);
  CHECK(is(between("hamming", {1, 0, 0}, {0, 1, 0}), 2.0 / 3));
  CHECK(is(between("hamming", {1, 0, 0}, {1, 1, 0}), 1.0 / 3));
  CHECK(is(between("hamming", {1, 0, 0}, {2, 0, 0}), 1.0 / 3));
  CHECK(between("jaccard", {1, 0, 0}, {0, 1, 0}) == 1);
  CHECK(between("jaccard", {1, 0, 0}, {1, 1, 0}) == 0.5);
  CHECK(between("cosine", {1, 0, 0}, {0, 1, 0}) == 1);
  CHECK(between("cosine", {100, 0, 0}, {0, 1, 0}) == 1);
  CHECK(is(between("cosine", {1, 1, 0}, {0, 1, 0}), 0.29289321881345254));
  CHECK(is(between("correlation", {1, 0, 1}, {1, 1, 0}), 1.5));
  CHECK(is(between("minkowski:3", {1, 0, 0}, {0, 1, 0}), 1.2599210498948732));
}

TEST_CASE("distance: rows of zeros and of equal numbers are where the table says") {
  for (const std::string name : {"cosine", "braycurtis", "jaccard", "correlation"}) {
    INFO(name);
    CHECK(between(name, kZero, kX) == 1);
    CHECK(between(name, kX, kZero) == 1);
    CHECK(between(name, kZero, kZero) == 0);
    CHECK(between(name, kZero, kNegativeZero) == 0);
  }
  CHECK(between("angular", kZero, kX) == 0.5);
  CHECK(between("angular", kZero, kNegativeZero) == 0);
  CHECK(between("canberra", kZero, kX) == 3);
  CHECK(between("canberra", kZero, kNegativeZero) == 0);
  CHECK(between("hamming", kZero, kNegativeZero) == 0);
  CHECK(between("dot", kZero, kX) == 0);
  CHECK_FALSE(std::signbit(between("dot", kZero, kX)));
  CHECK(between("correlation", kOnes, kX) == 1);
  CHECK(between("correlation", kOnes, kFives) == 0);
  CHECK(between("correlation", {0.1F, 0.1F, 0.1F}, {0.3F, 0.3F, 0.3F}) == 0);
  CHECK(between("correlation", {0.1F, 0.1F, 0.1F}, {0.3F, 0.3F, 0.4F}) == 1);
  constexpr double kMost = std::numeric_limits<float>::max();
  CHECK(between("snr", kOnes, kFives) == 0);
  CHECK(between("snr", kZero, kOnes) == 0);
  CHECK(between("snr", kOnes, kX) == kMost);
  CHECK(between("snr", kX, kOnes) == 1);
  CHECK(between("snr", kX, {4, 5, 6, 3}) == 0);
}

TEST_CASE("distance: huge and tiny coordinates neither overflow nor vanish where the result is a float") {
  const std::vector<float> huge{3e38F, -3e38F};
  const std::vector<float> less{2e38F, -3e38F};
  const std::vector<float> other{-3e38F, 3e38F};
  CHECK(is(between("euclidean", huge, less), 1e38));
  CHECK(is(between("canberra", huge, less), 0.2));
  CHECK(is(between("braycurtis", huge, less), 1.0 / 11));
  CHECK(is(between("jaccard", {3e38F, 3e38F}, {2e38F, 3e38F}), 1.0 / 6));
  CHECK(between("cosine", huge, other) == 2);
  CHECK(between("correlation", huge, other) == 2);
  CHECK(between("snr", huge, other) == 4);
  constexpr double kMost = std::numeric_limits<float>::max();
  for (const std::string name :
       {"euclidean", "sqeuclidean", "manhattan", "chebyshev", "minkowski:3", "dot"}) {
    INFO(name);
    CHECK(between(name, huge, other) == kMost);
  }
  CHECK(between("dot", huge, huge) == -kMost);
  CHECK(is(between("euclidean", {3e-38F, 0}, {0, 4e-38F}), 5e-38));
  CHECK(is(between("minkowski:3", {1e-38F, 0}, {0, 1e-38F}), std::cbrt(2.0) * 1e-38));
  CHECK(between("canberra", {1e-45F}, {4e-45F}) == 0.5);
  CHECK(between("cosine", {1e-45F, 0}, {0, 1e-45F}) == 1);
  CHECK(is(between("cosine", {1e-45F, 0}, {1e-45F, 1e-45F}), 1 - std::sqrt(0.5)));
  CHECK(is(between("jaccard", {1e-45F, 0}, {1e-45F, 1e-45F}), 0.5));
  CHECK(is(between("sqeuclidean", {2e-19F}, {0}), 4e-38));
}
