#include "nearfar/data/preprocess.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "nearfar/core/random.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

// Columns of different centre and spread, some of them correlated.
Matrix sample_rows(std::int64_t rows, std::int64_t cols, std::uint64_t seed = 1) {
  Random random(seed);
  Matrix x(rows, cols);
  for (std::int64_t i = 0; i < rows; ++i) {
    const double common = random.normal();
    for (std::int64_t j = 0; j < cols; ++j) {
      const auto at = static_cast<double>(j);
      x(i, j) = static_cast<float>(10 * at + (1 + at) * (random.normal() + 0.5 * common));
    }
  }
  return x;
}

double mean_of(const Matrix& x, std::int64_t j) {
  double sum = 0;
  for (std::int64_t i = 0; i < x.rows(); ++i) sum += static_cast<double>(x(i, j));
  return sum / static_cast<double>(x.rows());
}

double covariance_of(const Matrix& x, std::int64_t j, std::int64_t k) {
  double sum = 0;
  for (std::int64_t i = 0; i < x.rows(); ++i) {
    sum += (static_cast<double>(x(i, j)) - mean_of(x, j)) * (static_cast<double>(x(i, k)) - mean_of(x, k));
  }
  return sum / static_cast<double>(x.rows());
}

Matrix mapped(std::string_view list, const Matrix& x) { return fit_preprocessing(list, x).apply(x); }

template <class Expected>
void check_each(const Matrix& y, const Matrix& x, Expected expected) {
  REQUIRE(y.rows() == x.rows());
  REQUIRE(y.cols() == x.cols());
  for (std::int64_t i = 0; i < x.rows(); ++i) {
    for (std::int64_t j = 0; j < x.cols(); ++j) {
      CHECK(static_cast<double>(y(i, j)) == doctest::Approx(expected(i, j)).epsilon(1e-5));
    }
  }
}

int fit_kind(std::string_view list, const Matrix& x) {
  return kind_of([&] { (void)fit_preprocessing(list, x); });
}

}  // namespace

TEST_CASE("none has no step, column means are means") {
  const Matrix x = sample_rows(31, 4);
  CHECK(fit_preprocessing("none", x).steps.empty());
  CHECK(std::memcmp(mapped("none", x).data(), x.data(), static_cast<std::size_t>(x.size()) * sizeof(float)) ==
        0);
  const std::vector<double> means = column_means(x);
  for (std::int64_t j = 0; j < 4; ++j)
    CHECK(means[static_cast<std::size_t>(j)] == doctest::Approx(mean_of(x, j)));
}

TEST_CASE("center, standardize, minmax, scale and unit agree with their definitions") {
  const Matrix x = sample_rows(57, 5);
  check_each(mapped("center", x), x,
             [&](auto i, auto j) { return static_cast<double>(x(i, j)) - mean_of(x, j); });
  check_each(mapped("standardize", x), x, [&](auto i, auto j) {
    return (static_cast<double>(x(i, j)) - mean_of(x, j)) / std::sqrt(covariance_of(x, j, j));
  });
  check_each(mapped("minmax", x), x, [&](auto i, auto j) {
    double low = 1e30;
    double high = -1e30;
    for (std::int64_t r = 0; r < x.rows(); ++r) {
      low = std::min(low, static_cast<double>(x(r, j)));
      high = std::max(high, static_cast<double>(x(r, j)));
    }
    return (static_cast<double>(x(i, j)) - low) / (high - low);
  });
  check_each(mapped("scale:-2.5", x), x, [&](auto i, auto j) { return static_cast<double>(x(i, j)) / -2.5; });
  check_each(mapped("unit", x), x, [&](auto i, auto j) {
    double squares = 0;
    for (std::int64_t k = 0; k < x.cols(); ++k)
      squares += static_cast<double>(x(i, k)) * static_cast<double>(x(i, k));
    return static_cast<double>(x(i, j)) / std::sqrt(squares);
  });
}

TEST_CASE("what was fitted on some rows is applied to others") {
  const Matrix train = sample_rows(40, 3, 1);
  const Matrix test = sample_rows(10, 3, 2);
  const Matrix y = fit_preprocessing("standardize", train).apply(test);
  check_each(y, test, [&](auto i, auto j) {
    return (static_cast<double>(test(i, j)) - mean_of(train, j)) / std::sqrt(covariance_of(train, j, j));
  });
}

TEST_CASE("a constant column is only centred, a zero row stays zero") {
  Matrix x = sample_rows(20, 3);
  for (std::int64_t i = 0; i < 20; ++i) x(i, 1) = 0.1F;
  for (const char* list : {"standardize", "minmax"}) {
    const Matrix y = mapped(list, x);
    for (std::int64_t i = 0; i < 20; ++i) CHECK(std::abs(y(i, 1)) < 1e-7F);
  }
  Matrix shifted = x;
  for (std::int64_t i = 0; i < 20; ++i) shifted(i, 1) = 0.6F;
  CHECK(fit_preprocessing("standardize", x).apply(shifted)(0, 1) == doctest::Approx(0.5));
  const Matrix zero(2, 3);
  CHECK(mapped("unit", zero)(1, 2) == 0);
}

TEST_CASE("values near the ends of the float range stay finite") {
  Matrix x(4, 2);
  for (std::int64_t i = 0; i < 4; ++i) {
    x(i, 0) = static_cast<float>(i) * 1e-42F;  // the inverse of such a spread is no float
    x(i, 1) = static_cast<float>(i) * 1e30F;
  }
  for (const char* list : {"center", "standardize", "minmax", "unit", "pca:1"}) {
    CAPTURE(std::string(list));
    const Matrix y = mapped(list, x);
    for (std::int64_t i = 0; i < y.size(); ++i) CHECK(std::isfinite(y.data()[i]));
  }
  CHECK(fit_kind("scale:1e-40", x) == kUsage);
  CHECK(fit_kind("scale:1e60", x) == kUsage);
}

TEST_CASE("pca gives uncorrelated directions of falling variance that keep the distances") {
  const Matrix x = sample_rows(80, 6);
  const Preprocessing full = fit_preprocessing("pca:6", x);
  const Matrix y = full.apply(x);
  double variance = 0;
  double before = 0;
  for (std::int64_t j = 0; j < 6; ++j) {
    CHECK(std::abs(mean_of(y, j)) < 1e-4);
    if (j > 0) CHECK(covariance_of(y, j - 1, j - 1) >= covariance_of(y, j, j));
    variance += covariance_of(y, j, j);
    before += covariance_of(x, j, j);
    for (std::int64_t k = 0; k < j; ++k) CHECK(std::abs(covariance_of(y, j, k)) < 1e-4);
  }
  CHECK(variance == doctest::Approx(before).epsilon(1e-5));
  const Matrix two = mapped("pca:2", x);  // the first directions are the same whatever R is
  REQUIRE(two.cols() == 2);
  for (std::int64_t i = 0; i < 80; ++i) CHECK(two(i, 1) == y(i, 1));
  CHECK(full.output_dim(6) == 6);
  CHECK(fit_preprocessing("pca:2", x).output_dim(6) == 2);
}

TEST_CASE("whiten gives unit variances without correlation") {
  const Matrix y = mapped("whiten:4", sample_rows(90, 6));
  REQUIRE(y.cols() == 4);
  for (std::int64_t j = 0; j < 4; ++j) {
    for (std::int64_t k = 0; k <= j; ++k) CHECK(std::abs(covariance_of(y, j, k) - (j == k ? 1 : 0)) < 1e-4);
  }
}

TEST_CASE("steps of a list see the output of those before") {
  const Matrix x = sample_rows(50, 5);
  const Matrix chained = mapped("standardize,pca:3,unit", x);
  const Matrix by_hand = mapped("unit", mapped("pca:3", mapped("standardize", x)));
  REQUIRE(chained.cols() == 3);
  check_each(chained, by_hand, [&](auto i, auto j) { return static_cast<double>(by_hand(i, j)); });
  CHECK(fit_preprocessing("standardize,pca:3,unit", x).output_dim(5) == 3);
}

TEST_CASE("a row's result has the same bits alone and among others") {
  const Matrix x = sample_rows(130, 7);
  for (const char* list : {"standardize", "minmax", "standardize,pca:5,unit", "whiten:3"}) {
    const Preprocessing chain = fit_preprocessing(list, x);
    const Matrix whole = chain.apply(x);
    for (const std::int64_t i : {0, 1, 64, 129}) {
      const Matrix one = chain.apply(x.view().slice(i, i + 1));
      CHECK(std::memcmp(one.row(0), whole.row(i), static_cast<std::size_t>(whole.cols()) * sizeof(float)) ==
            0);
    }
  }
}

TEST_CASE("unknown and malformed steps are usage errors, impossible ones data errors") {
  const Matrix x = sample_rows(5, 8);
  for (const char* list :
       {"", "standardise", "center,", "center:1", "scale", "scale:", "scale:0", "scale:x", "scale:inf", "pca",
        "pca:", "pca:0", "pca:-1", "pca:1.5", "none,center", "center,none", "none:1"}) {
    CAPTURE(std::string(list));
    CHECK(fit_kind(list, x) == kUsage);
  }
  const auto surplus = error_of([&] { (void)fit_preprocessing("center:1", x); });
  REQUIRE(surplus);
  CHECK(surplus->advice() == "leave out what stands behind 'center'");
  const auto missing = error_of([&] { (void)fit_preprocessing("pca", x); });
  REQUIRE(missing);
  CHECK(missing->advice() == "for example --preprocess pca:32");
  CHECK(fit_kind("pca:5", x) == kData);  // five rows span four directions
  CHECK(fit_kind("pca:4", x) == 0);
  CHECK(fit_kind("center", Matrix(0, 3)) == kData);
  Matrix flat(30, 3);
  for (std::int64_t i = 0; i < 30; ++i) flat(i, 0) = static_cast<float>(i);
  const auto error = error_of([&] { (void)fit_preprocessing("whiten:2", flat); });
  REQUIRE(error);
  CHECK(error->advice() == "ask for whiten:1");
}
