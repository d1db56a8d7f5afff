#include "nearfar/metric/axioms.h"

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "every_distance.h"
#include "nearfar/core/error.h"
#include "random_rows.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

AxiomReport check(const Distance& distance, const Matrix& rows, const AxiomOptions& options = {}) {
  AxiomSubject subject;
  subject.rows = rows;
  subject.distance = distance;
  return check_axioms(subject, options);
}

AxiomReport check_matrix(const std::vector<double>& values, std::int64_t n, double tolerance = 1e-6,
                         bool floats = false) {
  AxiomOptions options;
  options.tolerance = tolerance;
  return check_axioms_of_matrix(values, n, floats, options);
}

bool violated(const AxiomReport& report, Axiom axiom) {
  return report[axiom].status == AxiomStatus::violated;
}

// The value that a counterexample gives for a distance.
double value(const AxiomReport& report, Axiom axiom, const std::string& name) {
  REQUIRE(report[axiom].worst.has_value());
  for (const auto& [found, distance] : report[axiom].worst->distances) {
    if (found == name) return distance;
  }
  FAIL("no " << name);
  return 0;
}

// Rows of every shape that a data set may have.
std::vector<Matrix> data_sets(const Distance& distance) {
  std::vector<Matrix> sets;
  for (const std::int64_t n : {1, 2, 3, 30})
    sets.push_back(random_rows(n, 5, 7 + static_cast<std::uint64_t>(n)));
  sets.push_back(random_rows(40, 2, 1, 1e12));
  sets.push_back(random_rows(40, 3, 2, 1e-12));
  sets.push_back(integer_rows(60, 4, 3));
  Matrix equal(5, 6);
  for (std::int64_t i = 0; i < equal.size(); ++i) equal.data()[i] = static_cast<float>(1 + i % 6);
  sets.push_back(equal);  // one row five times
  Matrix shifted = random_rows(30, 8, 4);
  for (std::int64_t i = 0; i < shifted.size(); ++i) shifted.data()[i] += 100;
  sets.push_back(shifted);
  for (Matrix& set : sets) set = in_domain(distance, set);
  return sets;
}

std::vector<Distance> regular_distances(std::int64_t d) {
  std::vector<Distance> all = distances_without_matrix();
  std::vector<double> m(static_cast<std::size_t>(d * d));
  for (std::int64_t k = 0; k < d; ++k)
    m[static_cast<std::size_t>(k * d + k)] = 1 + static_cast<double>(k % 3);
  for (const DistanceInfo& info : distances()) {
    if (info.needs_matrix) all.emplace_back(info.kind, m, d);
  }
  return all;
}

}  // namespace

TEST_CASE("check_axioms: every row of the table that claims to be a metric is one, on data of every shape") {
  for (const Distance& distance : distances_without_matrix()) {
    if (!distance.info().is_metric()) continue;
    for (const Matrix& rows : data_sets(distance)) {
      const AxiomReport report = check(distance, rows);
      INFO(distance.name(), " ", rows.rows(), " x ", rows.cols());
      CHECK(report.verdict == AxiomVerdict::metric);
      for (const AxiomFinding& finding : report.findings) CHECK(finding.status == AxiomStatus::proved);
    }
  }
}

TEST_CASE("check_axioms: a violation is shown of every axiom that the table does not call proved") {
  for (const Distance& distance : distances_without_matrix()) {
    const Axioms& proved = distance.info().proved;
    for (const Matrix& rows : data_sets(distance)) {
      const AxiomReport report = check(distance, rows);
      INFO(distance.name(), " ", rows.rows(), " x ", rows.cols(), " first ", rows(0, 0));
      CHECK(violated(report, Axiom::non_negativity) == !proved.non_negativity);
      CHECK(violated(report, Axiom::identity) == !proved.identity);
      CHECK(violated(report, Axiom::symmetry) == !proved.symmetry);
      CHECK(violated(report, Axiom::triangle) == !proved.triangle);
    }
  }
}

TEST_CASE(
    "check_axioms: the table's claims are found to hold and to fail on rows of random shape and scale") {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    Random random(seed);
    const auto rows = static_cast<std::int64_t>(1 + random.below(25));
    const auto dims = static_cast<std::int64_t>(2 + random.below(20));
    const double scale = std::pow(10.0, 12 * random.uniform() - 6);
    AxiomOptions options;
    options.seed = seed;
    for (const Distance& distance : distances_without_matrix()) {
      const Matrix x = in_domain(
          distance, seed % 3 == 0 ? integer_rows(rows, dims, seed, 5) : random_rows(rows, dims, seed, scale));
      const AxiomReport report = check(distance, x, options);
      INFO(distance.name(), " seed ", seed, ": ", rows, " x ", dims);
      CHECK((report.verdict == AxiomVerdict::metric) == distance.info().is_metric());
      for (const AxiomFinding& finding : report.findings)
        CHECK((finding.status == AxiomStatus::violated) == (finding.theory == Theory::refuted));
    }
  }
}

TEST_CASE("check_axioms: the numbers of a counterexample are those of its rows") {
  for (const Distance& distance : regular_distances(5)) {
    const Matrix rows = in_domain(distance, random_rows(30, 5, 12));
    const AxiomReport report = check(distance, rows);
    for (const AxiomFinding& finding : report.findings) {
      if (!finding.worst) continue;
      const Counterexample& worst = *finding.worst;
      const auto between = [&](char a, char b) {
        const auto row = [&](char name) {
          const std::vector<double>& values = worst.items.at(static_cast<std::size_t>(name - 'x')).values;
          return std::vector<float>(values.begin(), values.end());
        };
        return static_cast<double>(distance.between(row(a).data(), row(b).data(), 5));
      };
      for (const auto& named : worst.distances) {
        const std::string& name = named.first;
        const double shown = named.second;
        INFO(distance.name(), " ", worst.statement, " ", name);
        CHECK(std::abs(between(name[2], name[4]) - shown) <= 1e-5 * std::abs(shown) + 1e-6);
      }
      for (const AxiomItem& item : worst.items) {
        if (item.recipe == "{a}") CHECK(item.values == in_double(rows.row(item.row), 5));
      }
    }
  }
}

TEST_CASE("check_axioms: on a line sqeuclidean misses the triangle by half, half way") {
  Matrix line(3, 1);
  line(1, 0) = 1;
  line(2, 0) = 2;
  const AxiomReport report = check(Distance(DistanceKind::sqeuclidean), line);
  CHECK(report.verdict == AxiomVerdict::semimetric);
  CHECK(value(report, Axiom::triangle, "d(x,z)") == 4);
  CHECK(value(report, Axiom::triangle, "d(x,y)") == 1);
  CHECK(value(report, Axiom::triangle, "d(y,z)") == 1);
  CHECK(report[Axiom::triangle].worst->excess == 0.5);
  CHECK(report[Axiom::triangle].worst->items[1].row == 1);
  CHECK(report[Axiom::triangle].checked == 1);
  CHECK(report.all);
}

TEST_CASE("check_axioms: made rows show what the given ones do not") {
  Matrix far(3, 2);  // a right angle: the squares of its sides add up to the square over the third row
  far(1, 0) = 3;
  far(2, 1) = 4;
  const AxiomReport report = check(Distance(DistanceKind::sqeuclidean), far);
  REQUIRE(violated(report, Axiom::triangle));
  CHECK(report[Axiom::triangle].worst->items[1].recipe != "{a}");
}

TEST_CASE("check_axioms: equal rows under different ids are one point") {
  Matrix rows(4, 2);
  rows(0, 0) = rows(1, 0) = 1;
  rows(2, 1) = 5;
  CHECK(check(Distance(DistanceKind::euclidean), rows).verdict == AxiomVerdict::metric);
}

TEST_CASE("check_axioms: mahalanobis is a metric or a pseudometric by the rank of M") {
  const Matrix rows = random_rows(50, 3, 2);
  const std::vector<double> full{2, 1, 0, 1, 2, 0, 0, 0, 0.25};
  const std::vector<double> singular{1, 1, 0, 1, 1, 0, 0, 0, 3};  // blind along (1, -1, 0)
  for (const DistanceKind kind : {DistanceKind::mahalanobis, DistanceKind::sqmahalanobis}) {
    const bool root = kind == DistanceKind::mahalanobis;
    const AxiomReport regular = check(Distance(kind, full, 3), rows);
    CHECK(regular.verdict == (root ? AxiomVerdict::metric : AxiomVerdict::semimetric));
    CHECK(regular[Axiom::identity].status == AxiomStatus::proved);
    CHECK(regular.rank == 3);
    const AxiomReport blind = check(Distance(kind, singular, 3), rows);
    CHECK(blind.verdict == (root ? AxiomVerdict::pseudometric : AxiomVerdict::none));
    CHECK(blind.rank == 2);
    REQUIRE(violated(blind, Axiom::identity));
    CHECK(value(blind, Axiom::identity, "d(x,y)") < 1e-12);
    CHECK(violated(blind, Axiom::triangle) == !root);
  }
  const AxiomReport nothing = check(Distance(DistanceKind::mahalanobis, std::vector<double>(9), 3), rows);
  CHECK(nothing.verdict == AxiomVerdict::pseudometric);
  CHECK(nothing.rank == 0);
}

TEST_CASE("check_axioms: a linear map is judged by its rank") {
  const Matrix rows = random_rows(30, 4, 3);
  AxiomSubject subject;
  subject.rows = rows;
  subject.affine = AffineMap::identity(4).then(random_rows(4, 4, 4));
  AxiomReport report = check_axioms(subject, {});
  CHECK(report.verdict == AxiomVerdict::metric);
  CHECK(report.rank == 4);
  subject.affine = AffineMap::identity(4).then(random_rows(3, 4, 4));
  report = check_axioms(subject, {});
  CHECK(report.verdict == AxiomVerdict::pseudometric);
  CHECK(report.rank == 3);
  CHECK(violated(report, Axiom::identity));
  subject.distance = Distance(DistanceKind::sqeuclidean);
  CHECK(check_axioms(subject, {}).verdict == AxiomVerdict::none);
  // A matrix between the images: M = diag(1, 1, 0) of three coordinates.
  subject.distance = Distance(DistanceKind::mahalanobis, std::vector<double>{1, 0, 0, 0, 1, 0, 0, 0, 0}, 3);
  report = check_axioms(subject, {});
  CHECK(report.verdict == AxiomVerdict::pseudometric);
  CHECK(report.rank == 2);
}

TEST_CASE("check_axioms: a map that all but forgets a feature is not called blind") {
  Matrix rows(3, 2);
  rows(1, 0) = 1;
  rows(2, 1) = 1;
  AxiomSubject subject;
  subject.rows = rows;
  subject.affine = AffineMap{2, 2, {1, 0, 0, 1e-9}, {0, 0}};
  CHECK(check_axioms(subject, {}).verdict == AxiomVerdict::metric);
  subject.affine->a.back() = 0;
  const AxiomReport report = check_axioms(subject, {});
  CHECK(report.verdict == AxiomVerdict::pseudometric);
  CHECK(report[Axiom::identity].worst->items[0].row == 0);
  CHECK(report[Axiom::identity].worst->items[1].row == 2);
}

TEST_CASE("check_axioms: images that are equal but for the rounding of floats are equal") {
  const Matrix rows = random_rows(20, 3, 3);
  AxiomSubject subject;
  subject.rows = rows;
  subject.map_dims = 2;
  std::vector<float> mean(3);
  for (std::int64_t i = 0; i < rows.size(); ++i) mean[static_cast<std::size_t>(i % 3)] += rows.data()[i] / 20;
  subject.map = [&](MatrixView x) {  // the direction from the mean
    Matrix y = Matrix::copy_of(x);
    for (std::int64_t i = 0; i < y.rows(); ++i) {
      float squares = 0;
      for (std::int64_t k = 0; k < 3; ++k) {
        y(i, k) -= mean[static_cast<std::size_t>(k)];
        squares += y(i, k) * y(i, k);
      }
      for (std::int64_t k = 0; k < 3; ++k) y(i, k) /= std::sqrt(squares);
    }
    return y;
  };
  const AxiomReport report = check_axioms(subject, {});
  REQUIRE(violated(report, Axiom::identity));
  CHECK(value(report, Axiom::identity, "d(x,y)") > 0);
  CHECK(value(report, Axiom::identity, "d(x,y)") < 1e-6);
}

TEST_CASE("check_axioms: of another map identity is sampled, the rest is proved") {
  const Matrix rows = random_rows(30, 3, 3);
  AxiomSubject subject;
  subject.rows = rows;
  subject.map_dims = 3;
  subject.map = [](MatrixView x) {  // one-to-one
    Matrix y = Matrix::copy_of(x);
    for (std::int64_t i = 0; i < y.size(); ++i) y.data()[i] += std::tanh(y.data()[i]);
    return y;
  };
  AxiomReport report = check_axioms(subject, {});
  CHECK(report.verdict == AxiomVerdict::metric);
  CHECK(report[Axiom::identity].theory == Theory::open);
  CHECK(report[Axiom::identity].status == AxiomStatus::held);
  CHECK(report[Axiom::triangle].status == AxiomStatus::proved);
  subject.map = [](MatrixView x) {  // x and -x have one image
    Matrix y = Matrix::copy_of(x);
    for (std::int64_t i = 0; i < y.size(); ++i) y.data()[i] = std::fabs(y.data()[i]);
    return y;
  };
  report = check_axioms(subject, {});
  CHECK(report.verdict == AxiomVerdict::pseudometric);
  CHECK(violated(report, Axiom::identity));
  // Under cosine there is no theorem about its images, only what is found.
  subject.distance = Distance(DistanceKind::cosine);
  report = check_axioms(subject, {});
  CHECK(report[Axiom::triangle].theory == Theory::open);
  CHECK(violated(report, Axiom::triangle));
  subject.distance = Distance(DistanceKind::mahalanobis, std::vector<double>{1, 0, 0, 0, 1, 0, 0, 0, 1}, 3);
  CHECK(check_axioms(subject, {}).verdict == AxiomVerdict::pseudometric);
}

TEST_CASE("check_axioms: no continuous map into fewer dimensions is one-to-one") {
  const Matrix rows = random_rows(10, 3, 3);
  AxiomSubject subject;
  subject.rows = rows;
  subject.map_dims = 2;
  subject.map = [](MatrixView x) {
    Matrix y(x.rows, 2);
    for (std::int64_t i = 0; i < x.rows; ++i) {
      y(i, 0) = x.row(i)[0] + 0.1F * std::sin(7 * x.row(i)[2]);
      y(i, 1) = x.row(i)[1] - 0.3F * std::cos(5 * x.row(i)[2]) * x.row(i)[0];
    }
    return y;
  };
  const AxiomReport report = check_axioms(subject, {});
  CHECK(report.fails(Axiom::identity));
  CHECK(report.verdict == AxiomVerdict::pseudometric);
}

TEST_CASE("check_axioms: made rows that the map or the distance does not take are left out") {
  const Matrix rows = in_domain(Distance(DistanceKind::jaccard), random_rows(20, 3, 3));
  AxiomSubject subject;
  subject.rows = rows;
  subject.map_dims = 3;
  subject.map = [&](MatrixView x) {
    for (std::int64_t i = 0; i < x.rows; ++i) {
      if (x.row(i)[0] < 0) throw Error(ErrorKind::data, "a negative row");
    }
    return Matrix::copy_of(x);
  };
  CHECK(check_axioms(subject, {}).verdict == AxiomVerdict::metric);
  CHECK(check(Distance(DistanceKind::jaccard), rows).verdict == AxiomVerdict::metric);
}

TEST_CASE("check_axioms: more rows than kAllTriples are sampled, and the violation is still found") {
  const Matrix rows = random_rows(kAllTriples + 1, 3, 5);
  AxiomOptions options;
  options.samples = 20'000;
  AxiomReport report = check(Distance(DistanceKind::sqeuclidean), rows, options);
  CHECK_FALSE(report.all);
  CHECK(violated(report, Axiom::triangle));
  CHECK(report[Axiom::triangle].worst->excess > 0.4);
  CHECK(report[Axiom::triangle].checked > options.samples);
  AxiomSubject subject;
  subject.rows = rows;
  subject.map_dims = 3;
  subject.map = [](MatrixView x) { return Matrix::copy_of(x); };
  report = check_axioms(subject, options);
  CHECK(report[Axiom::identity].status == AxiomStatus::sampled);
  CHECK(report.verdict == AxiomVerdict::metric);
}

TEST_CASE("check_axioms: of very many rows a part is drawn") {
  const Matrix rows = random_rows(kAxiomRows + 500, 2, 5);
  AxiomOptions options;
  options.samples = 1000;
  const AxiomReport report = check(Distance(DistanceKind::cosine), rows, options);
  CHECK(report.rows == kAxiomRows + 500);
  CHECK(report.rows_used == kAxiomRows);
  CHECK(violated(report, Axiom::triangle));
  for (const AxiomItem& item : report[Axiom::triangle].worst->items)
    CHECK(item.values == in_double(rows.row(item.row), 2));
}

TEST_CASE("check_axioms: the same for any number of threads, another for another seed") {
  const Matrix rows = random_rows(1500, 4, 6);
  AxiomOptions options;
  options.samples = 50'000;
  const auto run = [&](int threads, std::uint64_t seed) {
    const Threads use(threads);
    options.seed = seed;
    const AxiomReport report = check(Distance(DistanceKind::snr), rows, options);
    std::vector<double> seen;
    for (const AxiomFinding& finding : report.findings) {
      seen.push_back(static_cast<double>(finding.checked));
      if (!finding.worst) continue;
      for (const AxiomItem& item : finding.worst->items) {
        seen.push_back(static_cast<double>(item.row));
        seen.insert(seen.end(), item.values.begin(), item.values.end());
      }
      for (const auto& [name, distance] : finding.worst->distances) seen.push_back(distance);
    }
    return seen;
  };
  const std::vector<double> one = run(1, 0);
  CHECK(run(2, 0) == one);
  CHECK(run(3, 0) == one);
  CHECK(run(2, 1) != one);
}

TEST_CASE("check_axioms_of_matrix: each axiom, with the entries that break it") {
  const std::vector<double> good{0, 1, 2, 1, 0, 1.5, 2, 1.5, 0};
  const AxiomReport metric = check_matrix(good, 3);
  CHECK(metric.verdict == AxiomVerdict::metric);
  for (const AxiomFinding& finding : metric.findings) CHECK(finding.status == AxiomStatus::held);
  CHECK(metric[Axiom::symmetry].checked == 3);
  CHECK(metric[Axiom::triangle].checked == 1);

  std::vector<double> m = good;
  m[5] = 1.75;  // d(2, 3), not its mirror
  const AxiomReport asymmetric = check_matrix(m, 3);
  CHECK(asymmetric.verdict == AxiomVerdict::none);
  CHECK(value(asymmetric, Axiom::symmetry, "d(x,y)") == 1.75);
  CHECK(value(asymmetric, Axiom::symmetry, "d(y,x)") == 1.5);
  CHECK(asymmetric[Axiom::symmetry].worst->items[0].row == 1);
  CHECK(asymmetric[Axiom::symmetry].worst->items[1].row == 2);
  CHECK_FALSE(violated(asymmetric, Axiom::triangle));

  m = good;
  m[2] = m[6] = 2.75;  // > 1 + 1.5
  const AxiomReport detour = check_matrix(m, 3);
  CHECK(detour.verdict == AxiomVerdict::semimetric);
  CHECK(value(detour, Axiom::triangle, "d(x,z)") == 2.75);
  CHECK(detour[Axiom::triangle].worst->items[1].row == 1);

  m = good;
  m[1] = m[3] = 0;  // items 1 and 2 are one: 2 > 0 + 1.5 as well
  CHECK(check_matrix(m, 3).verdict == AxiomVerdict::none);
  m[5] = m[7] = 2;
  const AxiomReport pseudo = check_matrix(m, 3);
  CHECK(pseudo.verdict == AxiomVerdict::pseudometric);
  CHECK(value(pseudo, Axiom::identity, "d(x,y)") == 0);

  m = good;
  m[4] = 0.5;
  const AxiomReport diagonal = check_matrix(m, 3);
  CHECK(diagonal.verdict == AxiomVerdict::none);
  CHECK(value(diagonal, Axiom::identity, "d(x,x)") == 0.5);
  CHECK(diagonal[Axiom::identity].worst->items.size() == 1);
  CHECK(diagonal[Axiom::identity].worst->items[0].row == 1);

  m = good;
  m[1] = m[3] = -1;
  const AxiomReport negative = check_matrix(m, 3);
  CHECK(negative.verdict == AxiomVerdict::none);
  CHECK(value(negative, Axiom::non_negativity, "d(x,y)") == -1);
}

TEST_CASE(
    "check_axioms_of_matrix: the worst of several violations is shown, of the asymmetric triangle too") {
  // d(1,3) is the worst way over 2; the way back is fine.
  const std::vector<double> m{0, 1, 9, 9, 0, 1, 9, 9, 0};
  const AxiomReport report = check_matrix(m, 3);
  CHECK(value(report, Axiom::triangle, "d(x,z)") == 9);
  CHECK(report[Axiom::triangle].worst->items[0].row == 0);
  CHECK(report[Axiom::triangle].worst->items[1].row == 1);
  CHECK(report[Axiom::triangle].worst->items[2].row == 2);
}

TEST_CASE(
    "check_axioms_of_matrix: a way that is too long in one direction only, and never over its own ends") {
  const std::vector<double> back{0, 1, 1, 1, 0, 1, 9, 1, 0};  // d(3, 1) = 9 > 1 + 1
  const AxiomReport report = check_matrix(back, 3);
  CHECK(value(report, Axiom::triangle, "d(x,z)") == 9);
  CHECK(report[Axiom::triangle].worst->items[0].row == 2);
  CHECK(report[Axiom::triangle].worst->items[2].row == 0);
  // d(1, 2) > d(1, 1) + d(1, 2) is a matter of identity.
  CHECK_FALSE(violated(check_matrix({-5, 1, 1, 1, 0, 1, 1, 1, 0}, 3), Axiom::triangle));
}

TEST_CASE("check_axioms_of_matrix: of equally bad violations the first is shown") {
  const std::vector<double> m{0, 1, 3, 1, 1, 0, 1, 3, 3, 1, 0, 1, 1, 3, 1, 0};
  const AxiomReport report = check_matrix(m, 4);
  REQUIRE(violated(report, Axiom::triangle));
  CHECK(report[Axiom::triangle].worst->items[0].row == 0);
  CHECK(report[Axiom::triangle].worst->items[1].row == 1);
  CHECK(report[Axiom::triangle].worst->items[2].row == 2);
}

TEST_CASE("check_axioms_of_matrix: the tolerance is a share of the largest distance involved") {
  std::vector<double> m{0, 1, 1.001, 0};
  CHECK(violated(check_matrix(m, 2, 1e-4), Axiom::symmetry));
  CHECK_FALSE(violated(check_matrix(m, 2, 1e-2), Axiom::symmetry));
  m = {1e-5, 1, 1, 0};
  CHECK(violated(check_matrix(m, 2, 1e-6), Axiom::identity));
  CHECK_FALSE(violated(check_matrix(m, 2, 1e-4), Axiom::identity));
  // Rounding is never blamed on the matrix: 0.8 > 0.7 + 0.1 in doubles, and by more in floats.
  m = {0, 0.7, 0.8, 0.7, 0, 0.1, 0.8, 0.1, 0};
  CHECK(check_matrix(m, 3, 0).verdict == AxiomVerdict::metric);
  for (double& entry : m) entry = static_cast<double>(static_cast<float>(entry));
  CHECK(check_matrix(m, 3, 0).verdict == AxiomVerdict::semimetric);
  CHECK(check_matrix(m, 3, 0, true).verdict == AxiomVerdict::metric);
}

TEST_CASE("check_axioms_of_matrix: one item, two items, many items") {
  CHECK(check_matrix({0}, 1).verdict == AxiomVerdict::metric);
  CHECK(check_matrix({0, 1, 1, 0}, 2).verdict == AxiomVerdict::metric);
  const std::int64_t n = kAllTriples + 20;
  std::vector<double> m(static_cast<std::size_t>(n * n));
  for (std::int64_t i = 0; i < n; ++i) {
    for (std::int64_t j = 0; j < n; ++j)
      m[static_cast<std::size_t>(i * n + j)] = static_cast<double>(std::abs(i - j));
  }
  AxiomOptions options;
  options.samples = 10'000;
  AxiomReport report = check_axioms_of_matrix(m, n, false, options);
  CHECK(report.verdict == AxiomVerdict::metric);
  CHECK(report[Axiom::triangle].status == AxiomStatus::sampled);
  for (double& entry : m) entry *= entry;
  report = check_axioms_of_matrix(m, n, false, options);
  CHECK(report.verdict == AxiomVerdict::semimetric);
}

TEST_CASE("satisfies: a metric is everything, else each only itself") {
  using V = AxiomVerdict;
  for (const V required : {V::metric, V::pseudometric, V::semimetric}) {
    CHECK(satisfies(V::metric, required));
    CHECK_FALSE(satisfies(V::none, required));
    CHECK(satisfies(V::pseudometric, required) == (required == V::pseudometric));
    CHECK(satisfies(V::semimetric, required) == (required == V::semimetric));
  }
}
