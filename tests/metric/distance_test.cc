// The distances between rows of every sort: their values within the stated bounds, and their bits.
#include "nearfar/metric/distance.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "awkward_rows.h"
#include "every_distance.h"
#include "naive_distance.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

constexpr double kU = 0x1p-24;
constexpr double kE = 0x1p-53;

double gamma(double k) { return k * kU / (1 - k * kU); }

double length(const std::vector<double>& x) {
  return std::sqrt(static_cast<double>(naive_sum(x, x, [](auto a, auto b) { return a * b; })));
}

double naive(const Distance& distance, const std::vector<double>& x, const std::vector<double>& y) {
  if (!distance.info().needs_matrix) return naive_distance(distance.kind(), x, y, distance.exponent());
  const double root = naive_factored(distance.factor(), x, y);
  return distance.kind() == DistanceKind::mahalanobis ? root : root * root;
}

// How far metric/kernels.h allows the result to be from `truth`; for the distances about which it says
// nothing, a few roundings of each of the sums they are made of.
double bound(const Distance& distance, const std::vector<double>& x, const std::vector<double>& y,
             double truth) {
  const auto d = static_cast<double>(x.size());
  const double blocks = std::ceil(d / 16);
  const double cosine = (d / 8 + 14) * kE;
  switch (distance.kind()) {
    case DistanceKind::euclidean:
      return (gamma(blocks + 7) / 2 + kU) * truth + 0x1p-149;
    case DistanceKind::sqeuclidean:
      return gamma(blocks + 8) * truth + 0x1p-149;
    case DistanceKind::cosine:
      return kU * truth + cosine;
    case DistanceKind::angular:
      return kU * truth + std::sqrt(cosine / 2) + 4 * kE;
    case DistanceKind::correlation: {
      const auto spread = [&](const std::vector<double>& v) {
        const auto scatter = static_cast<double>(naive_scatter(v, 1, v, 0));
        return scatter > 0 ? length(v) / std::sqrt(scatter) : 0;
      };
      const double k = d / 16 + 6;
      return kU * truth + (d / 8 + 20) * kE + 3 * std::pow(k * kE * std::max(spread(x), spread(y)), 2);
    }
    case DistanceKind::dot:
      return kU * std::abs(truth) + (d / 16 + 5) * kE * length(x) * length(y) + 0x1p-149;
    case DistanceKind::mahalanobis:
    case DistanceKind::sqmahalanobis: {
      const Matrix& l = distance.factor();
      const double l_length = length(std::vector<double>(l.data(), l.data() + l.size()));
      const double f = gamma(blocks + 6) * l_length * naive_distance(DistanceKind::euclidean, x, y) +
                       d * std::sqrt(static_cast<double>(l.rows())) * 0x1p-149;
      if (distance.kind() == DistanceKind::mahalanobis) return kU * truth + f + 0x1p-149;
      return kU * truth + f * (2 * std::sqrt(truth) + f) + 0x1p-149;
    }
    default:
      return 2 * gamma(blocks + 8) * truth + 0x1p-149;
  }
}

bool agrees(const Distance& distance, float got, const std::vector<double>& x, const std::vector<double>& y) {
  constexpr double kMost = std::numeric_limits<float>::max();
  const double truth = naive(distance, x, y);
  const double allowed = bound(distance, x, y, truth);
  const double value = static_cast<double>(got);
  if (std::abs(truth) + allowed >= kMost)
    return std::abs(value) >= std::min(kMost, std::abs(truth) - allowed);
  return std::abs(value - truth) <= allowed;
}

const std::vector<std::int64_t> kLengths{1, 2, 3, 7, 15, 16, 17, 31, 33, 64, 100, 129, 130};

}  // namespace

TEST_CASE("distance: within its bound of the plain formula, on rows of every sort, d = 1..70 and beyond") {
  std::vector<std::int64_t> lengths{97, 128, 130, 300};
  for (std::int64_t d = 1; d <= 70; ++d) lengths.push_back(d);
  for (const std::int64_t d : lengths) {
    for (const Distance& distance : every_distance(d)) {
      const Matrix rows = in_domain(distance, awkward_rows(d, static_cast<std::uint64_t>(d)));
      std::vector<std::vector<double>> wide;
      for (std::int64_t i = 0; i < rows.rows(); ++i) wide.push_back(in_double(rows.row(i), d));
      std::int64_t wrong = 0;
      for (std::int64_t i = 0; i < rows.rows(); ++i) {
        for (std::int64_t j = 0; j < rows.rows(); ++j) {
          const auto& x = wide[static_cast<std::size_t>(i)];
          const auto& y = wide[static_cast<std::size_t>(j)];
          const float got = distance.between(rows.row(i), rows.row(j), d);
          if (agrees(distance, got, x, y)) continue;
          const double truth = naive(distance, x, y);
          if (++wrong == 1)
            MESSAGE(distance.name(), " d=", d, " rows ", i, ",", j, ": ", got, " not ", truth, " +- ",
                    bound(distance, x, y, truth));
        }
      }
      CHECK(wrong == 0);
    }
  }
}

TEST_CASE(
    "distance: minkowski of every sort of exponent equals the formula, and 1, 2 are their own distances") {
  for (const std::int64_t d : {1, 5, 16, 40}) {
    const Matrix rows = awkward_rows(d, 31 + static_cast<std::uint64_t>(d));
    for (const double p : {1.0, 1.25, 2.0, 3.0, 4.0, 5.0, 17.0, 200.0, 1e6, 1e300}) {
      const Distance distance = Distance::minkowski(p);
      INFO("p = ", p, " d = ", d);
      bool right = true;
      bool same = true;
      for (std::int64_t i = 0; i < rows.rows(); ++i) {
        for (std::int64_t j = 0; j < rows.rows(); ++j) {
          const std::vector<double> x = in_double(rows.row(i), d);
          const std::vector<double> y = in_double(rows.row(j), d);
          const float got = distance.between(rows.row(i), rows.row(j), d);
          // The powers of a large exponent leave even a long double: there the limit is what it is.
          const double truth = p < 100 ? naive_distance(DistanceKind::minkowski, x, y, p)
                                       : naive_distance(DistanceKind::chebyshev, x, y);
          const double slack = p < 100 ? 1e-6 : std::pow(static_cast<double>(d), 1 / p) - 1 + 1e-6;
          const double most = std::numeric_limits<float>::max();
          right = right && near(static_cast<double>(got), std::min(truth, most), slack, 0x1p-149);
          if (p == 1)
            same = same &&
                   same_bits(got, Distance(DistanceKind::manhattan).between(rows.row(i), rows.row(j), d));
          if (p == 2)
            same = same &&
                   same_bits(got, Distance(DistanceKind::euclidean).between(rows.row(i), rows.row(j), d));
        }
      }
      CHECK(right);
      CHECK(same);
    }
  }
}

TEST_CASE("distance: symmetric to the bit, exactly 0 from a row to itself and to its copy, always finite") {
  for (const std::int64_t d : kLengths) {
    for (const Distance& distance : every_distance(d)) {
      const Matrix rows = in_domain(distance, awkward_rows(d, 77 + static_cast<std::uint64_t>(d)));
      const Matrix copy = Matrix::copy_of(rows);
      INFO(distance.name(), " d=", d);
      bool symmetric = true;
      bool zero = true;
      bool finite = true;
      bool in_order = true;
      for (std::int64_t i = 0; i < rows.rows(); ++i) {
        zero = zero && same_bits(distance.between(rows.row(i), rows.row(i), d), 0.0F) &&
               same_bits(distance.between(rows.row(i), copy.row(i), d), 0.0F);
        for (std::int64_t j = 0; j < rows.rows(); ++j) {
          const float there = distance.between(rows.row(i), rows.row(j), d);
          symmetric = symmetric && same_bits(there, distance.between(rows.row(j), rows.row(i), d));
          finite = finite && std::isfinite(there);
          in_order = in_order && there >= 0 && !std::signbit(there);
        }
      }
      CHECK(finite);
      if (distance.info().proved.symmetry) CHECK(symmetric);
      if (distance.kind() != DistanceKind::dot) CHECK(zero);
      if (distance.info().proved.non_negativity) CHECK(in_order);
    }
  }
}

TEST_CASE("distance: to_rows gives the bits of between, also for rows with a stride") {
  for (const std::int64_t d : {1, 5, 16, 33, 130}) {
    const std::int64_t used = d > 1 ? d - 1 : d;
    for (const Distance& distance : every_distance(used)) {
      const Matrix rows = in_domain(distance, awkward_rows(d, 500 + static_cast<std::uint64_t>(d)));
      const MatrixView view{rows.data(), rows.rows(), used, d};  // without the last column
      std::vector<float> out(static_cast<std::size_t>(view.rows));
      bool same = true;
      for (std::int64_t i = 0; i < view.rows; ++i) {
        distance.to_rows(view.row(i), view, out.data());
        for (std::int64_t j = 0; j < view.rows; ++j) {
          same = same && same_bits(out[static_cast<std::size_t>(j)],
                                   distance.between(view.row(i), view.row(j), used));
        }
      }
      INFO(distance.name(), " d=", d);
      CHECK(same);
    }
  }
}

TEST_CASE("distance: what is in the memory behind the rows does not matter") {
  constexpr std::int64_t kRoom = 150;
  for (const std::int64_t d : kLengths) {
    for (const Distance& distance : every_distance(d)) {
      const Matrix rows = in_domain(distance, random_rows(2, d, 3));
      std::vector<float> shifted(kRoom, std::numeric_limits<float>::quiet_NaN());
      for (std::int64_t k = 0; k < d; ++k) shifted[static_cast<std::size_t>(k) + 1] = rows(1, k);
      INFO(distance.name(), " d=", d);
      CHECK(same_bits(distance.between(rows.row(0), rows.row(1), d),
                      distance.between(rows.row(0), shifted.data() + 1, d)));
    }
  }
}

TEST_CASE("distance: the bounded ones stay in their range, and reach its ends") {
  for (std::int64_t d = 1; d <= 130; ++d) {
    const Matrix x = random_rows(1, d, 40 + static_cast<std::uint64_t>(d));
    for (const float factor : {3.0F, 0.1F, -0.7F, -5.0F}) {
      Matrix y = x;
      for (std::int64_t k = 0; k < d; ++k) y(0, k) *= factor;
      const double cosine =
          static_cast<double>(Distance(DistanceKind::cosine).between(x.row(0), y.row(0), d));
      const double angular =
          static_cast<double>(Distance(DistanceKind::angular).between(x.row(0), y.row(0), d));
      CHECK(cosine >= 0);
      CHECK(cosine <= 2);
      CHECK(std::abs(cosine - (factor > 0 ? 0 : 2)) < 1e-12);
      CHECK(angular >= 0);
      CHECK(angular <= 1);
      CHECK(std::abs(angular - (factor > 0 ? 0 : 1)) < 1e-6);
    }
    Matrix opposite = x;
    for (std::int64_t k = 0; k < d; ++k) opposite(0, k) = -x(0, k);
    CHECK(Distance(DistanceKind::braycurtis).between(x.row(0), opposite.row(0), d) == 1);
    CHECK(Distance(DistanceKind::canberra).between(x.row(0), opposite.row(0), d) == static_cast<float>(d));
    CHECK(Distance(DistanceKind::hamming).between(x.row(0), opposite.row(0), d) == 1);
  }
}
