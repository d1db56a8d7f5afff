#include "nearfar/loss/pair_distances.h"

#include <doctest/doctest.h>

#include <string>

#include "loss/naive_loss.h"
#include "nearfar/core/error.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

std::vector<double> random_weights(std::int64_t count, std::uint64_t seed) {
  Random random(seed);
  std::vector<double> weights;
  for (std::int64_t i = 0; i < count; ++i) weights.push_back(random.normal());
  return weights;
}

// Rows of zeros, every row twice, and rows a hair away from others.
Matrix awkward(std::int64_t dim) {
  Matrix x = random_rows(40, dim, static_cast<std::uint64_t>(dim));
  x.append(Matrix(2, dim));
  x.append(Matrix::copy_of(x.view().slice(0, 40)));
  for (std::int64_t i = 42; i < 52; ++i) x(i, 0) += 1e-3F;
  for (std::int64_t i = 52; i < 57; ++i) x(i, 0) += 0.3F;
  return x;
}

// Largest difference from the formula, in parts of the distance's size.
template <class Scalar>
double difference(const DistanceTable& got, DistanceKind kind, const std::vector<std::vector<double>>& x,
                  const std::vector<std::vector<double>>& y) {
  double worst = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    for (std::size_t j = 0; j < y.size(); ++j) {
      if (kind == DistanceKind::snr && x[i].size() == 1) continue;  // no variance at all
      const double expected = naive_distance(kind, x[i], y[j]);
      if (!(expected < 1e30)) continue;  // an anchor without variance
      const double of_table = got(static_cast<std::int64_t>(i), static_cast<std::int64_t>(j));
      worst = std::max(worst, std::abs(of_table - expected) / std::max(1.0, std::abs(expected)));
    }
  }
  return worst;
}

template <class Use>
void for_each_trained(Use use) {
  for (const DistanceInfo& info : distances()) {
    if (!info.trains) continue;
    INFO(std::string(info.name));
    use(info.kind);
  }
}

Rows<double> view(const std::vector<double>& values, const DoubleRows& rows) {
  const auto cols = static_cast<std::int64_t>(rows.front().size());
  return {values.data(), static_cast<std::int64_t>(rows.size()), cols, cols};
}

}  // namespace

TEST_CASE("PairDistances: equals the formulas, in double and in float; 0 between equal rows") {
  for_each_trained([](DistanceKind kind) {
    for (const std::int64_t dim : {1, 2, 7, 33, 128}) {
      CAPTURE(dim);
      const Matrix x = awkward(dim);
      const DoubleRows rows = in_double(x);
      const std::vector<double> values = flat(rows);
      const PairDistances<float> in_float(rows_of(x), rows_of(x), kind);
      const PairDistances<double> exact(view(values, rows), view(values, rows), kind);
      CHECK(difference<double>(exact.table(), kind, rows, rows) < 1e-12);
      CHECK(difference<float>(in_float.table(), kind, rows, rows) < 8e-6);
      if (kind == DistanceKind::dot) continue;
      const DistanceTable got = in_float.table();
      bool zero = got(40, 41) == 0;
      bool symmetric = true;
      for (std::int64_t i = 0; i < 82; ++i) {
        zero = zero && got(i, i) == 0 && (i < 15 || i >= 40 || got(i, i + 42) == 0);
        for (std::int64_t j = 0; j < 82; ++j)
          symmetric = symmetric && got(i, j) >= 0 && got(i, j) == got(j, i);
      }
      CHECK(zero);
      if (kind != DistanceKind::snr) CHECK(symmetric);
    }
  });
}

TEST_CASE("PairDistances: rows far from 0, and rows near the ends of the range of a float") {
  for (const auto& [scale, shift] : {std::pair(1.0, 1000.0), std::pair(1e18, 0.0), std::pair(1e-25, 0.0)}) {
    Matrix x = random_rows(30, 16, 3, scale);
    for (std::int64_t i = 0; i < x.size(); ++i) x.data()[i] += static_cast<float>(shift);
    const DoubleRows rows = in_double(x);
    for (const DistanceKind kind : {DistanceKind::euclidean, DistanceKind::sqeuclidean}) {
      const PairDistances<float> distances(rows_of(x), rows_of(x), kind);
      double worst = 0;
      for (std::size_t i = 0; i < 30; ++i) {
        for (std::size_t j = 0; j < 30; ++j) {
          const double expected = naive_distance(kind, rows[i], rows[j]);
          const double got = distances.table()(static_cast<std::int64_t>(i), static_cast<std::int64_t>(j));
          if (i != j) worst = std::max(worst, std::abs(got - expected) / expected);
        }
      }
      CHECK(worst < 4e-6);
    }
  }
}

TEST_CASE("PairDistances: backward is the derivative of a weighted sum of distances") {
  constexpr double kStep = 1e-6;
  for_each_trained([](DistanceKind kind) {
    for (const bool same : {true, false}) {
      CAPTURE(same);
      const Matrix x = random_rows(20, 3, 11);
      const Matrix y = same ? x : random_rows(14, 3, 21);
      const std::vector<double> weights = random_weights(20 * y.rows(), 12);
      DoubleRows xs = in_double(x);
      DoubleRows ys = in_double(y);
      const std::vector<double> flat_x = flat(xs);
      const std::vector<double> flat_y = flat(ys);
      const Rows<double> view_x = view(flat_x, xs);
      const auto exact =
          PairDistances<double>(view_x, same ? view_x : view(flat_y, ys), kind).backward(weights);
      const auto in_float =
          PairDistances<float>(rows_of(x), same ? rows_of(x) : rows_of(y), kind).backward(weights);
      const auto sum = [&] {
        double total = 0;
        const DoubleRows& columns = same ? xs : ys;
        for (std::size_t i = 0; i < xs.size(); ++i) {
          for (std::size_t j = 0; j < columns.size(); ++j) {
            if (!same || i != j || kind == DistanceKind::dot)
              total += weights[i * columns.size() + j] * naive_distance(kind, xs[i], columns[j]);
          }
        }
        return total;
      };
      const auto check = [&](DoubleRows& rows, const std::vector<double>& got,
                             const std::vector<float>& rounded) {
        double worst = 0;
        double worst_float = 0;
        double size = 0;
        std::size_t k = 0;
        for (auto& row : rows) {
          for (double& value : row) {
            const double at = value;
            value = at + kStep;
            const double above = sum();
            value = at - kStep;
            const double below = sum();
            value = at;
            worst = std::max(worst, std::abs((above - below) / (2 * kStep) - got[k]));
            worst_float = std::max(worst_float, std::abs(got[k] - static_cast<double>(rounded[k])));
            size = std::max(size, std::abs(got[k]));
            ++k;
          }
        }
        CHECK(worst < 1e-6 * size);
        CHECK(worst_float < 1e-5 * size);
      };
      check(xs, exact.x, in_float.x);
      if (same) {
        CHECK(exact.y.empty());
      } else {
        check(ys, exact.y, in_float.y);
      }
    }
  });
}

TEST_CASE("PairDistances: where a distance has no derivative it counts as 0") {
  Matrix x(3, 2);  // two equal rows and a zero row
  x(0, 0) = x(1, 0) = 2;
  x(0, 1) = x(1, 1) = -1;
  const std::vector<double> weights{0, 1, 0, 1, 0, 0, 0, 0, 0};  // of the pair (0, 1) alone
  const auto size = [](const std::vector<float>& values) {
    double most = 0;
    for (const float value : values) most = std::max(most, std::abs(static_cast<double>(value)));
    return most;
  };
  for_each_trained([&](DistanceKind kind) {
    if (kind == DistanceKind::dot) return;
    CHECK(size(PairDistances<float>(rows_of(x), rows_of(x), kind).backward(weights).x) < 1e-6);
  });
  const std::vector<double> to_zero{0, 0, 1, 0, 0, 1, 1, 1, 0};  // of the pairs with the zero row
  CHECK(size(PairDistances<float>(rows_of(x), rows_of(x), DistanceKind::cosine).backward(to_zero).x) == 0);
}

TEST_CASE("PairDistances: the same bits for 1, 2 and 3 threads") {
  const Matrix x = random_rows(170, 5, 13);
  const std::vector<double> weights = random_weights(170 * 170, 14);
  for_each_trained([&](DistanceKind kind) {
    std::vector<std::vector<float>> gradients;
    for (const int count : {1, 2, 3}) {
      const Threads use(count);
      gradients.push_back(PairDistances<float>(rows_of(x), rows_of(x), kind).backward(weights).x);
    }
    CHECK(same_bits(gradients[0], gradients[1]));
    CHECK(same_bits(gradients[0], gradients[2]));
  });
}

TEST_CASE("PairDistances: refuses a distance without a gradient") {
  const Matrix x = random_rows(3, 2, 1);
  for (const DistanceInfo& info : distances()) {
    if (!info.trains) CHECK_THROWS_AS(PairDistances<float>(rows_of(x), rows_of(x), info.kind), Error);
  }
}
