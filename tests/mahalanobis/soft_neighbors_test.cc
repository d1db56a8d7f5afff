#include "nearfar/mahalanobis/soft_neighbors.h"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstring>

#include "mahalanobis/learner_cases.h"
#include "mahalanobis/six_points.h"
#include "nearfar/mahalanobis/lane_exp.h"
#include "nearfar/mahalanobis/soft_known.h"
#include "random_rows.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

struct Naive {
  double value = 0;
  std::vector<double> gradient;
};

// By the definition: p_ij row after row, then the gradient pair by pair. t(i, j) is what row i learns from
// row j, f and its derivative are functions of row and expectation.
template <class Known, class Term, class Slope>
Naive naive_soft(const Matrix& x, const std::vector<double>& l, Known t, Term f, Slope df) {
  Naive naive;
  naive.gradient.resize(l.size());
  for (std::int64_t i = 0; i < x.rows(); ++i) {
    std::vector<double> p(static_cast<std::size_t>(x.rows()));
    double least = INFINITY;
    for (std::int64_t j = 0; j < x.rows(); ++j) {
      p[static_cast<std::size_t>(j)] = naive_squared(x, l, i, j);
      if (j != i) least = std::min(least, p[static_cast<std::size_t>(j)]);
    }
    double sum = 0;
    for (std::int64_t j = 0; j < x.rows(); ++j) {
      double& value = p[static_cast<std::size_t>(j)];
      value = j == i ? 0 : std::exp(least - value);
      sum += value;
    }
    double expected = 0;
    for (std::int64_t j = 0; j < x.rows(); ++j) expected += p[static_cast<std::size_t>(j)] / sum * t(i, j);
    naive.value += f(i, expected);
    for (std::int64_t j = 0; j < x.rows(); ++j) {
      const double weight = -df(i, expected) * p[static_cast<std::size_t>(j)] / sum * (t(i, j) - expected);
      if (weight != 0) add_pair(x, l, i, j, weight, naive.gradient);
    }
  }
  return naive;
}

Naive naive_nca(const Matrix& x, const Codes& y, const std::vector<double>& l) {
  return naive_soft(
      x, l,
      [&](std::int64_t i, std::int64_t j) {
        return y[static_cast<std::size_t>(i)] == y[static_cast<std::size_t>(j)] ? 1.0 : 0.0;
      },
      [](std::int64_t, double expected) { return -expected; }, [](std::int64_t, double) { return -1.0; });
}

Naive naive_mlkr(const Matrix& x, const std::vector<double>& y, const std::vector<double>& l) {
  const auto error = [&](std::int64_t i, double expected) {
    return expected - y[static_cast<std::size_t>(i)];
  };
  return naive_soft(
      x, l, [&](std::int64_t, std::int64_t j) { return y[static_cast<std::size_t>(j)]; },
      [&](std::int64_t i, double expected) { return error(i, expected) * error(i, expected); },
      [&](std::int64_t i, double expected) { return 2 * error(i, expected); });
}

std::vector<double> random_map(std::int64_t r, std::int64_t d, std::uint64_t seed, double scale) {
  const Matrix l = random_rows(r, d, seed, scale);
  return {l.data(), l.data() + l.size()};
}

std::vector<double> random_targets(const Matrix& x, std::uint64_t seed) {
  Random random(seed);
  std::vector<double> y;
  for (std::int64_t i = 0; i < x.rows(); ++i)
    y.push_back(std::sin(static_cast<double>(x(i, 0))) + 0.1 * random.normal());
  return y;
}

}  // namespace

TEST_CASE("lane_exp: within its bound of the exponential, and 0 far out") {
  double worst = 0;
  for (float x = 0; x > -87; x = std::nextafter(x, -100.0F) * 1.00001F - 1e-6F) {
    LaneVector lanes;
    for (int lane = 0; lane < kLanes; ++lane) lanes[lane] = x;
    lane_exp(lanes);
    const double exact = std::exp(static_cast<double>(x));
    const double error = std::abs(static_cast<double>(lanes[7]) - exact) / exact;
    worst = std::max(worst, error / (2e-7 + 1.2e-7 * std::abs(static_cast<double>(x))));
  }
  CHECK(worst < 1);
  LaneVector far = {-87.5F, -100.0F, -1e10F, -1e30F, 0.0F, -0.0F};
  lane_exp(far);
  std::array<float, kLanes> values{};
  store_lanes(values.data(), far);
  for (std::size_t lane = 0; lane < 4; ++lane) CHECK(values[lane] == 0.0F);
  CHECK(values[4] == doctest::Approx(1).epsilon(1e-6));
  CHECK(values[5] == values[4]);
}

TEST_CASE("nca: sum of probabilities and gradient of six points") {
  SoftNeighbors objective = SoftNeighbors::of_classes(six_points(), kSixClasses);
  std::vector<double> gradient(4);
  CHECK(objective.evaluate(identity_of(2), gradient) == doctest::Approx(-1.5114047814734728).epsilon(1e-8));
  CHECK(gradient[0] == doctest::Approx(-0.0897488).epsilon(1e-6));
  CHECK(gradient[1] == doctest::Approx(0));
  CHECK(gradient[2] == doctest::Approx(0));
  CHECK(gradient[3] == doctest::Approx(1.6382643).epsilon(1e-6));
  objective.compute_in_double(false);
  CHECK(objective.evaluate(identity_of(2), gradient) == doctest::Approx(-1.5114047814734728).epsilon(1e-6));
  CHECK(gradient[0] == doctest::Approx(-0.0897488).epsilon(1e-5));
  CHECK(gradient[3] == doctest::Approx(1.6382643).epsilon(1e-5));
}

TEST_CASE("nca: far points do not vanish") {
  const Matrix x = rows_of({{-500, 0}, {-500, 1}, {500, 0}, {500, 1}});
  for (const bool exact : {true, false}) {
    SoftNeighbors objective = SoftNeighbors::of_classes(x, Codes{0, 0, 1, 1});
    objective.compute_in_double(exact);
    std::vector<double> gradient(4, 1);
    CHECK(objective.evaluate(identity_of(2), gradient) == -4);
    for (const double value : gradient) CHECK(value == 0);
  }
}

TEST_CASE("soft neighbours: gradients are those of central differences") {
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    const LabelledRows data = labelled_rows(50, 4, 3, seed);
    SoftNeighbors classes = SoftNeighbors::of_classes(data.x, data.labels.codes);
    const std::vector<double> y = random_targets(data.x, seed);
    SoftNeighbors targets = SoftNeighbors::of_targets(data.x, y);
    for (const std::int64_t r : {1, 2, 4}) {
      const std::vector<double> l = random_map(r, 4, seed + 9, 0.3);
      std::vector<double> gradient(l.size());
      (void)classes.evaluate(l, gradient);
      CHECK(relative_difference(gradient, numerical_gradient(classes, l, 1e-5)) < 1e-6);
      (void)targets.evaluate(l, gradient);
      CHECK(relative_difference(gradient, numerical_gradient(targets, l, 1e-5)) < 1e-7);
    }
  }
}

TEST_CASE("soft neighbours: both ways are the sums of the definition, at every size and width") {
  for (const std::int64_t n : {2, 17, 96, 97, 300, 770, 1700}) {
    const std::int64_t d = n % 5 + 1;
    const LabelledRows data =
        labelled_rows(std::max<std::int64_t>(n, 6), d, 3, static_cast<std::uint64_t>(n));
    const Matrix x = Matrix::copy_of(data.x.view().slice(0, n));
    const Codes codes(data.labels.codes.begin(), data.labels.codes.begin() + n);
    const std::vector<double> y = random_targets(x, 3);
    const std::vector<double> l = random_map(std::min<std::int64_t>(d, 2), d, 5, 0.5);
    const Naive nca = naive_nca(x, codes, l);
    const Naive mlkr = naive_mlkr(x, y, l);
    for (const bool exact : {true, false}) {
      const double tolerance = exact ? 1e-6 : 1e-4;  // rows about their mean are rounded to floats
      SoftNeighbors classes = SoftNeighbors::of_classes(x, codes);
      classes.compute_in_double(exact);
      std::vector<double> gradient(l.size());
      CHECK(classes.evaluate(l, gradient) == doctest::Approx(nca.value).epsilon(tolerance));
      CHECK(relative_difference(gradient, nca.gradient) < 10 * tolerance);
      SoftNeighbors targets = SoftNeighbors::of_targets(x, y);
      targets.compute_in_double(exact);
      CHECK(targets.evaluate(l, gradient) == doctest::Approx(mlkr.value).epsilon(tolerance));
      CHECK(relative_difference(gradient, mlkr.gradient) < 10 * tolerance);
    }
  }
}

TEST_CASE("soft neighbours: a part of the rows is the sum over them against all rows, scaled") {
  const LabelledRows data = labelled_rows(1700, 3, 4, 11, 0.5);
  const Codes& codes = data.labels.codes;
  const std::vector<double> l = random_map(2, 3, 5, 0.5);
  SoftNeighbors objective = SoftNeighbors::of_classes(data.x, codes, 7);
  std::vector<double> whole(l.size());
  const double all = objective.evaluate(l, whole);
  CHECK(objective.terms() == -1);
  for (const std::int64_t terms : {1, 100, 500}) {
    SoftNeighbors part = SoftNeighbors::of_classes(data.x, codes, 7);
    part.use_terms(terms);
    CHECK(part.terms() == terms);
    CHECK(!part.complete());
    std::vector<double> gradient(l.size());
    const double value = part.evaluate(l, gradient);
    const std::vector<double> expected = part.expected();
    const auto taken = [&](std::int64_t i) { return expected[static_cast<std::size_t>(i)] > 0; };
    const double scale = 1700.0 / static_cast<double>(terms);
    const Naive naive = naive_soft(
        data.x, l,
        [&](std::int64_t i, std::int64_t j) {
          return codes[static_cast<std::size_t>(i)] == codes[static_cast<std::size_t>(j)] ? 1.0 : 0.0;
        },
        [&](std::int64_t i, double t) { return taken(i) ? -scale * t : 0; },
        [&](std::int64_t i, double) { return taken(i) ? -scale : 0; });
    CHECK(std::count_if(expected.begin(), expected.end(), [](double t) { return t > 0; }) == terms);
    CHECK(value == doctest::Approx(naive.value).epsilon(1e-4));
    CHECK(relative_difference(gradient, naive.gradient) < 1e-3);
    part.use_terms(5000);
    CHECK(part.complete());
    CHECK(part.terms() == 1700);
    CHECK(part.evaluate(l, gradient) == all);
    CHECK(gradient == whole);
  }
}

TEST_CASE("soft neighbours: what is too far to be chosen is left out, and nothing else") {
  // Classes from touching to far beyond what a float can tell: with some maps most tiles are empty.
  const LabelledRows data = labelled_rows(3000, 4, 12, 3, 4);
  for (const double scale : {0.1, 0.5, 1.0, 3.0}) {
    const std::vector<double> l = random_map(3, 4, 7, scale);
    const Naive naive = naive_nca(data.x, data.labels.codes, l);
    SoftNeighbors objective = SoftNeighbors::of_classes(data.x, data.labels.codes);
    std::vector<double> gradient(l.size());
    CHECK(objective.evaluate(l, gradient) == doctest::Approx(naive.value).epsilon(1e-4));
    CHECK(relative_difference(gradient, naive.gradient) < 2e-3);
    double sum = 0;
    for (const double chosen : objective.expected()) sum -= chosen;
    CHECK(sum == doctest::Approx(naive.value).epsilon(1e-4));
  }
}

TEST_CASE("soft neighbours: a class of one row, one class, copies of a row") {
  const Matrix x = random_rows(40, 3, 2);
  for (const bool exact : {true, false}) {
    std::vector<double> gradient(9, 1);
    Codes codes(40, 0);
    SoftNeighbors one = SoftNeighbors::of_classes(x, codes);
    one.compute_in_double(exact);
    CHECK(one.evaluate(identity_of(3), gradient) == -40);
    for (const double value : gradient) CHECK(value == 0);
    for (std::size_t i = 0; i < codes.size(); ++i) codes[i] = static_cast<std::int32_t>(i);
    SoftNeighbors alone = SoftNeighbors::of_classes(x, codes);
    alone.compute_in_double(exact);
    CHECK(alone.evaluate(identity_of(3), gradient) == 0);
    for (const double value : gradient) CHECK(value == 0);
    SoftNeighbors copies = SoftNeighbors::of_classes(Matrix(40, 3), Codes(40, 0));
    copies.compute_in_double(exact);
    CHECK(copies.evaluate(identity_of(3), gradient) == -40);
  }
}

TEST_CASE("soft neighbours: the same bits for any number of threads") {
  for (const std::int64_t n : {500, 2500}) {
    const LabelledRows data = labelled_rows(n, 6, 4, 8);
    const std::vector<double> l = random_map(3, 6, 1, 0.4);
    std::vector<double> first;
    for (const int count : {1, 2, 3}) {
      const Threads threads(count);
      SoftNeighbors objective = SoftNeighbors::of_classes(data.x, data.labels.codes);
      std::vector<double> result(l.size());
      result.push_back(objective.evaluate(l, std::span(result).first(l.size())));
      if (first.empty()) first = result;
      CHECK(first == result);
    }
  }
}
