// Mahalanobis metric for clustering (Xing, Ng, Jordan, Russell: "Distance metric learning with application to
// clustering with side-information", NIPS 2002), with the conventions of the authors' published program.
//
// Full (section 2.2):  max over A >= 0 of  log sum_dissimilar |z|_A   s.t.  sum_similar |z|_A^2 <= t,
// where z = x_a - x_b, |z|_A^2 = z'A z and t is a hundredth of the sum at the start. Each iteration projects
// A on the half-space and on the cone in turn until the sum is within 1 % of t (on both at once where 100
// turns, 10,000 for few features, are not enough), keeps the step if the objective has risen, and then goes
// along the gradient without its part across the half-space; the step of length alpha grows by 5 % after a
// success and is halved after a failure. Converged when a step is below --tolerance times |A|.
//
// Diagonal (section 2.1):  min over a >= 0 of  sum_similar |z|_A^2 - log sum_dissimilar |z|_A,  A = diag(a),
// by Newton's method, cut off at 0, the step halved as long as that helps. Converged when the objective falls
// by no more than --tolerance of itself; where it does not fall at all the cut is in the way, and that is
// said.
//
// The start is the identity or --init. O(pairs d + n d^2 + d^3) an iteration.

#include <algorithm>
#include <cmath>

#include "nearfar/core/error.h"
#include "nearfar/core/product.h"
#include "nearfar/core/solve.h"
#include "nearfar/mahalanobis/constraint_pairs.h"
#include "nearfar/mahalanobis/iterations.h"
#include "nearfar/mahalanobis/learners.h"
#include "nearfar/mahalanobis/mmc_diagonal.h"
#include "nearfar/mahalanobis/spectral.h"

namespace nearfar {
namespace {

double inner(const Dense& a, const Dense& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.values.size(); ++i) sum += a.values[i] * b.values[i];
  return sum;
}

double norm(const Dense& a) { return std::sqrt(inner(a, a)); }

// A positive semidefinite A with a root L, L'L = A.
struct Rooted {
  Dense a;
  Dense root;
};

Rooted projected_on_cone(const Dense& a) {
  const SymmetricEigen eigen = symmetric_eigen(weighted_sum(0.5, a, 0.5, transposed(a)));
  Rooted result{matrix_function(eigen, [](double w) { return std::max(w, 0.0); }), Dense(a.rows, a.cols)};
  for (std::int64_t r = 0; r < a.rows; ++r) {
    const double root = std::sqrt(std::max(eigen.values[static_cast<std::size_t>(r)], 0.0));
    for (std::int64_t j = 0; j < a.cols; ++j)
      result.root(r, j) = root * eigen.vectors[static_cast<std::size_t>(r * a.cols + j)];
  }
  return result;
}

class FullMmc final : public IterativeSolver {
 public:
  FullMmc(MatrixView x, const ConstraintPairs& pairs, const Dense& start, double tolerance,
          const SolverState* resume)
      : x_(x), pairs_(pairs), tolerance_(tolerance) {
    similar_ = weighted_scatter(x, pairs.similar, std::vector<double>(pairs.similar.size(), 1.0));
    limit_ = inner(similar_, start) / 100;
    if (resume == nullptr) {
      best_ = projected_on_cone(start);
      direction_ = direction();
      next_ = start;
    } else {
      best_ = {matrix_in(*resume, "metric"), matrix_in(*resume, "root")};
      direction_ = matrix_in(*resume, "direction");
      next_ = matrix_in(*resume, "next");
      alpha_ = sized_array(*resume, "alpha", 1)[0];
    }
  }

  IterationOutcome iterate(std::int64_t number) override {
    Rooted tried = projected();
    if (number == 1 || objective(tried) > objective(best_)) {
      alpha_ *= 1.05;
      best_ = std::move(tried);
      direction_ = direction();
    } else {
      alpha_ /= 2;
    }
    next_ = weighted_sum(1, best_.a, alpha_, direction_);
    return {.record = IterationRecord{.iteration = number, .objective = objective(best_)},
            .converged = alpha_ * norm(direction_) / norm(best_.a) < tolerance_};
  }

  [[nodiscard]] SolverState state() const override {
    SolverState state;
    state.arrays = {{"metric", best_.a.values},
                    {"root", best_.root.values},
                    {"direction", direction_.values},
                    {"next", next_.values},
                    {"alpha", {alpha_}}};
    return state;
  }

  [[nodiscard]] const Dense& metric() const { return best_.a; }

 private:
  static constexpr double kTiny = 1e-6;

  [[nodiscard]] Dense matrix_in(const SolverState& state, std::string_view name) const {
    Dense matrix(x_.cols, x_.cols);
    matrix.values = sized_array(state, name, matrix.values.size());
    return matrix;
  }

  // `next_` on the half-space sum_similar |z|_A^2 <= t and on the cone, in turn, until the sum is within 1 %
  // of t; where that is slow the nearest point of both at once, [A - mu S]_+ with mu found by halving.
  [[nodiscard]] Rooted projected() const {
    // A turn is an eigenproblem, of some d^3.
    const auto d = static_cast<double>(next_.rows);
    const auto turns = static_cast<int>(std::clamp(1e6 / (d * d * d), 100.0, 10000.0));
    const double squares = inner(similar_, similar_);
    Rooted a{next_, {}};
    for (int turn = 0; turn < turns; ++turn) {
      const double excess = std::max(0.0, inner(similar_, a.a) - limit_);
      a = projected_on_cone(weighted_sum(1, a.a, -excess / squares, similar_));
      if (within_limit(a)) return a;
    }
    const auto without = [&](double mu) { return projected_on_cone(weighted_sum(1, next_, -mu, similar_)); };
    double low = 0;
    double high = limit_ / squares;
    while (inner(similar_, without(high).a) > limit_) high *= 2;
    while (true) {
      const double mu = (low + high) / 2;
      a = without(mu);
      const double sum = inner(similar_, a.a);
      if ((sum > 0.99 * limit_ && within_limit(a)) || !(low < mu && mu < high)) return a;
      (sum > limit_ ? low : high) = mu;
    }
  }
  [[nodiscard]] bool within_limit(const Rooted& a) const {
    return inner(similar_, a.a) - limit_ < 0.01 * limit_;
  }

  // log sum_dissimilar |z|_A.
  [[nodiscard]] double objective(const Rooted& a) const {
    double sum = 0;
    for (const double square : squares_under(a)) sum += std::sqrt(square);
    return std::log(sum + kTiny);
  }

  // The gradient of the objective at the best A, without its part along the similar scatter, of length 1.
  [[nodiscard]] Dense direction() const {
    std::vector<double> weights = squares_under(best_);
    double sum = 0;
    for (double& weight : weights) {
      const double distance = std::sqrt(weight);
      sum += distance;
      weight = 0.5 / (distance + kTiny);
    }
    Dense gradient = weighted_scatter(x_, pairs_.dissimilar, weights);
    gradient = weighted_sum(1 / (sum + kTiny), gradient, 0, gradient);
    const double along = inner(gradient, similar_) / inner(similar_, similar_);
    const Dense rest = weighted_sum(1, gradient, -along, similar_);
    const double size = norm(rest);
    // In one dimension nothing is left but rounding.
    return weighted_sum(size > 1e-12 * norm(gradient) ? 1 / size : 0, rest, 0, rest);
  }

  [[nodiscard]] std::vector<double> squares_under(const Rooted& a) const {
    return squared_distances(x_, pairs_.dissimilar, a.root.values, a.root.rows);
  }

  MatrixView x_;
  const ConstraintPairs& pairs_;
  double tolerance_;
  Rooted best_;
  Dense similar_;  // sum of z z' over similar pairs
  double limit_;   // t
  Dense direction_;
  Dense next_;  // what is tried next, before the projections
  double alpha_ = 0.1;
};

LearnedMap mmc(const LearnerInput& input, const LearnerOptions& options, const IterationProgress& progress) {
  const IterationLimits limits = limits_of(options, {100, 1e-3});
  const ConstraintPairs pairs = constraint_pairs(input, options);
  Dense start = dense_identity(input.x.cols);
  if (!options.init.empty()) {
    const Matrix& l = options.init;
    start = outer_sum(l.rows(), l.cols(), [&](std::int64_t r, double* row) {
      for (std::int64_t j = 0; j < l.cols(); ++j) row[j] = static_cast<double>(l(r, j));
    });
  }
  LearnedMap learned;
  if (options.diagonal) {
    learned = mmc_diagonal(input.x, pairs, start, limits, options, progress);
  } else {
    FullMmc solver(input.x, pairs, start, limits.tolerance, options.resume);
    learned = run_iterations(solver, limits, options, progress);
    learned.l = map_of_metric(solver.metric(), 0);
  }
  const std::int64_t rank = learned.l.rows();
  learned.l.truncate(
      checked_dim(options.dim, rank, rank, "directions with any weight in the learned metric"));
  learned.facts = {{"rank", static_cast<double>(learned.l.rows())},
                   {"similar_pairs", static_cast<double>(pairs.similar.size())},
                   {"dissimilar_pairs", static_cast<double>(pairs.dissimilar.size())}};
  return learned;
}

constexpr LearnerOptionInfo kOptions[] = {kConstraintsOption,
                                          {"diagonal", "no"},
                                          {"max-iterations", "100"},
                                          {"tolerance", "0.001"},
                                          {"init", "the identity"}};

}  // namespace

const LearnerInfo kMmcLearner{.name = "mmc",
                              .meaning = "dissimilar pairs far apart while similar pairs stay near",
                              .source = "Xing et al. 2002",
                              .options = kOptions,
                              .from_labels = true,
                              .from_pairs = true,
                              .iterates = true,
                              .learn = mmc};

}  // namespace nearfar
