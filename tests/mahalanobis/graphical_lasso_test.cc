#include "nearfar/mahalanobis/graphical_lasso.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "mahalanobis/learner_cases.h"
#include "nearfar/core/random.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

Square square_of(const Dense& a) {
  Square s = square(a.rows);
  for (std::size_t i = 0; i < s.size(); ++i) {
    for (std::size_t j = 0; j < s.size(); ++j)
      s[i][j] = a(static_cast<std::int64_t>(i), static_cast<std::int64_t>(j));
  }
  return s;
}

// Positive definite, its eigenvalues of sizes that differ by `condition` and more.
Dense random_definite(std::int64_t d, std::uint64_t seed, double condition = 20) {
  Random random(seed);
  const std::int64_t terms = 3 * d;
  Dense p = dense_identity(d);
  for (double& value : p.values) value *= 1 / condition;
  for (std::int64_t t = 0; t < terms; ++t) {
    std::vector<double> v;
    for (std::int64_t j = 0; j < d; ++j) v.push_back(random.normal() + (v.empty() ? 0 : 0.8 * v.back()));
    for (std::int64_t i = 0; i < d; ++i) {
      for (std::int64_t j = 0; j < d; ++j)
        p(i, j) +=
            v[static_cast<std::size_t>(i)] * v[static_cast<std::size_t>(j)] / static_cast<double>(terms);
    }
  }
  return p;
}

// By elimination without pivots: of a positive definite matrix.
double naive_log_det(Square a) {
  double sum = 0;
  for (std::size_t c = 0; c < a.size(); ++c) {
    sum += std::log(a[c][c]);
    for (std::size_t r = c + 1; r < a.size(); ++r) {
      const double factor = a[r][c] / a[c][c];
      for (std::size_t j = c; j < a.size(); ++j) a[r][j] -= factor * a[c][j];
    }
  }
  return sum;
}

double naive_objective(const Square& p, const Square& x, double lambda) {
  double sum = -naive_log_det(x);
  for (std::size_t i = 0; i < x.size(); ++i) {
    for (std::size_t j = 0; j < x.size(); ++j)
      sum += p[i][j] * x[i][j] + (i == j ? 0 : lambda * std::abs(x[i][j]));
  }
  return sum;
}

// How far X is from the conditions of a minimum, with W = X^-1: W_ii = P_ii; off the diagonal
// W_ij = P_ij + lambda sign X_ij, or |W_ij - P_ij| <= lambda where X_ij = 0.
double missed_conditions(const Square& p, const Square& x, double lambda) {
  const Square w = naive_inverse(x);
  double worst = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    for (std::size_t j = 0; j < x.size(); ++j) {
      const double excess = w[i][j] - p[i][j];
      if (i == j) {
        worst = std::max(worst, std::abs(excess));
      } else if (x[i][j] != 0) {
        worst = std::max(worst, std::abs(excess - std::copysign(lambda, x[i][j])));
      } else {
        worst = std::max(worst, std::abs(excess) - lambda);
      }
    }
  }
  return worst;
}

struct Solved {
  LearnedMap learned;
  Square x;
};

Solved solve(const Dense& p, double lambda, double tolerance = 1e-12) {
  GraphicalLasso solver(p, lambda, tolerance, nullptr);
  LearnedMap learned = run_iterations(solver, {200, tolerance}, {}, {});
  return {std::move(learned), square_of(solver.solution())};
}

}  // namespace

TEST_CASE("graphical lasso: what comes out meets the conditions of the minimum") {
  int zeros = 0;
  int others = 0;
  for (const std::int64_t d : {1, 2, 3, 8, 20}) {
    for (const double lambda : {0.0, 0.02, 0.1, 0.3}) {
      const Dense p = random_definite(d, static_cast<std::uint64_t>(d));
      const Solved solved = solve(p, lambda);
      CHECK(solved.learned.convergence == Convergence::converged);
      CHECK(missed_conditions(square_of(p), solved.x, lambda) < 1e-5);
      const IterationRecord& last = solved.learned.history.back();
      CHECK(near(last.objective, naive_objective(square_of(p), solved.x, lambda), 1e-9, 1e-9));
      std::int64_t together = 0;
      for (std::size_t i = 0; i < solved.x.size(); ++i) {
        for (std::size_t j = i + 1; j < solved.x.size(); ++j) {
          CHECK(solved.x[i][j] == solved.x[j][i]);
          together += solved.x[i][j] != 0 ? 1 : 0;
          (lambda > 0 && solved.x[i][j] == 0 ? zeros : others) += 1;
        }
      }
      CHECK(last.active == together);
    }
  }
  CHECK(zeros > 100);
  CHECK(others > 100);
}

TEST_CASE("graphical lasso: without the norm it is the inverse, with a large one a diagonal") {
  for (const double condition : {20.0, 1e6}) {
    const Dense p = random_definite(6, 3, condition);
    CHECK(difference(naive_inverse(square_of(p)), solve(p, 0).x) < 1e-5);
  }
  const Dense p = random_definite(6, 3);
  double largest = 0;
  for (std::int64_t i = 0; i < 6; ++i) {
    for (std::int64_t j = 0; j < i; ++j) largest = std::max(largest, std::abs(p(i, j)));
  }
  const Solved diagonal = solve(p, largest);
  CHECK(diagonal.learned.history.size() == 1);
  CHECK(diagonal.learned.history.back().active == 0);
  for (std::size_t i = 0; i < 6; ++i)
    CHECK(near(diagonal.x[i][i], 1 / p(static_cast<std::int64_t>(i), static_cast<std::int64_t>(i)), 1e-12));
  CHECK(solve(p, 0.9 * largest).learned.history.back().active > 0);
}

TEST_CASE("graphical lasso: the objective falls, and what is proven on the way is never above the minimum") {
  for (const double lambda : {0.01, 0.1}) {
    const Dense p = random_definite(12, 7, 1e4);
    const Solved solved = solve(p, lambda);
    const double least = solved.learned.history.back().objective;
    double before = 1e9;
    int proven = 0;
    for (const IterationRecord& record : solved.learned.history) {
      CHECK(record.objective <= before);
      before = record.objective;
      if (record.gap < 0) continue;  // nothing is known yet
      ++proven;
      CHECK(record.objective - record.gap <= least + 1e-9);
    }
    CHECK(proven > 1);
    CHECK(solved.learned.history.back().gap <= 12e-9);
    // Stopped by a tolerance, it is as near as that.
    const Solved early = solve(p, lambda, 1e-3);
    CHECK(early.learned.history.size() < solved.learned.history.size());
    CHECK(early.learned.history.back().objective - least <= 12e-3);
  }
}

TEST_CASE("graphical lasso: the norm of the gradient is that of the shortest subgradient") {
  const double lambda = 0.05;
  const Dense p = random_definite(8, 5, 1e3);
  GraphicalLasso solver(p, lambda, 0, nullptr);
  const IterationOutcome outcome = solver.iterate(1);
  REQUIRE(outcome.record);
  const Square x = square_of(solver.solution());
  double squares = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    for (std::size_t j = 0; j < 8; ++j) {
      const double h = 1e-5;
      Square above = x;
      Square below = x;
      above[i][j] += h / 2;  // and its mirror image, so that it stays symmetric
      above[j][i] += h / 2;
      below[i][j] -= h / 2;
      below[j][i] -= h / 2;
      double slope =
          (naive_objective(square_of(p), above, 0) - naive_objective(square_of(p), below, 0)) / (2 * h);
      if (i != j && x[i][j] != 0) slope += std::copysign(lambda, x[i][j]);
      if (i != j && x[i][j] == 0) slope = std::max(0.0, std::abs(slope) - lambda);
      squares += slope * slope;
    }
  }
  CHECK(squares > 1e-8);
  CHECK(near(outcome.record->gradient_norm, std::sqrt(squares), 1e-4));
}

TEST_CASE("graphical lasso: from a state it goes on with the same bits; another state or matrix is refused") {
  const Dense p = random_definite(9, 2, 1e3);
  GraphicalLasso whole(p, 0.05, 0, nullptr);
  for (std::int64_t t = 1; t <= 3; ++t) CHECK(whole.iterate(t).record);
  const SolverState state = whole.state();
  GraphicalLasso rest(p, 0.05, 0, &state);
  CHECK(whole.iterate(4).record->objective == rest.iterate(4).record->objective);
  CHECK(whole.solution().values == rest.solution().values);
  SolverState odd = state;
  odd.arrays[1].second.pop_back();
  CHECK(kind_of([&] { const GraphicalLasso none(p, 0.05, 0, &odd); }) == kData);
  CHECK(kind_of([&] {
          Dense indefinite = p;
          indefinite(0, 0) = -1;
          const GraphicalLasso none(indefinite, 0.05, 0, nullptr);
        }) == static_cast<int>(ErrorKind::numerical));
}
