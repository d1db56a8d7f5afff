// Sparse distance metric learning (Qi, Tang, Zha, Chua, Zhang: "An efficient sparse metric learning in
// high-dimensional space via l1-penalized log-determinant regularization", ICML 2009, eq. 8):
//   min over M > 0 of  tr(P M) - log det M + lambda sum_{i != j} |M_ij|,  P = M_0^-1 + eta K,
// with K the mean of (x - y)(x - y)' over the similar pairs minus that over the dissimilar ones. It is the
// graphical lasso of P: graphical_lasso.h.
//
// Rows are taken in the unit in which a feature differs in a pair by 1 in the mean square, over features and
// both sorts, so that the prior means the same in any unit. Dissimilar pairs pull P out of the positive
// definite matrices, where there is no minimum in general; the paper leaves eta to the user. Here it is as
// large as keeps v'P v within a tenth and 1.9 times of v'M_0^-1 v for every v:
//   eta = 0.9 / max |w|,  K v = w M_0^-1 v,
// and lambda is eta times --regularization, which so weighs against K, whatever the number of features.
//
// O(pairs d + n d^2 + d^3), and the iterations.

#include <algorithm>
#include <cmath>

#include "nearfar/core/error.h"
#include "nearfar/core/solve.h"
#include "nearfar/core/text.h"
#include "nearfar/mahalanobis/constraint_pairs.h"
#include "nearfar/mahalanobis/graphical_lasso.h"
#include "nearfar/mahalanobis/learners.h"
#include "nearfar/mahalanobis/prior.h"
#include "nearfar/mahalanobis/spectral.h"

namespace nearfar {
namespace {

constexpr double kRegularization = 0.03;
constexpr double kReach = 0.9;  // of eta, towards where P is singular

double regularization_of(const LearnerOptions& options) {
  const double weight = options.regularization.value_or(kRegularization);
  if (!(weight >= 0 && std::isfinite(weight)))
    usage_error("--regularization " + number_text(weight) + ": sdml expects a number of 0 or more",
                "for example --regularization " + number_text(kRegularization));
  return weight;
}

Dense mean_scatter(MatrixView x, const RowPairs& pairs) {
  return weighted_scatter(x, pairs, std::vector<double>(pairs.size(), 1 / static_cast<double>(pairs.size())));
}

// P in the unit of the rows, and how it was made.
struct Balance {
  Dense p;
  double unit = 0;  // a squared difference of the data is so many times one of P
  double eta = 0;
};

Balance balance(MatrixView x, const ConstraintPairs& pairs, const LearnerOptions& options) {
  const Dense similar = mean_scatter(x, pairs.similar);
  const Dense dissimilar = mean_scatter(x, pairs.dissimilar);
  Balance result;
  result.unit = (trace(similar) + trace(dissimilar)) / static_cast<double>(2 * x.cols);
  const Dense k = weighted_sum(1 / result.unit, similar, -1 / result.unit, dissimilar);
  const Dense prior = prior_inverse(x, result.unit, options);
  const GeneralizedEigen ratios = generalized_eigen(k, prior);
  const double largest = std::max(std::abs(ratios.values.front()), std::abs(ratios.values.back()));
  result.eta = largest > 0 ? kReach / largest : 0;
  result.p = weighted_sum(1, prior, result.eta, k);
  return result;
}

LearnedMap sdml(const LearnerInput& input, const LearnerOptions& options, const IterationProgress& progress) {
  const IterationLimits limits = limits_of(options, {100, 1e-6});
  const double weight = regularization_of(options);
  const ConstraintPairs pairs = constraint_pairs(input, options);
  const Balance balanced = balance(input.x, pairs, options);
  const double lambda = weight * balanced.eta;
  GraphicalLasso solver(balanced.p, lambda, limits.tolerance, options.resume);
  LearnedMap learned = run_iterations(solver, limits, options, progress);
  const Dense& m = solver.solution();
  learned.l = map_of_metric(weighted_sum(1 / balanced.unit, m, 0, m), options.dim);
  const IterationRecord last = learned.history.empty() ? IterationRecord() : learned.history.back();
  learned.facts = {{"rank", static_cast<double>(learned.l.rows())},
                   {"similar_pairs", static_cast<double>(pairs.similar.size())},
                   {"dissimilar_pairs", static_cast<double>(pairs.dissimilar.size())},
                   {"eta", balanced.eta},
                   {"lambda", lambda}};
  learned.notes.push_back(
      grouped(std::max<std::int64_t>(last.active, 0)) + " of " + counted(m.rows * (m.rows - 1) / 2, "pair") +
      " of features have an element of M that is not 0; eta " + number_text(balanced.eta, 4));
  if (pairs.identical > 0)
    learned.notes.push_back(counted(pairs.identical, "pair") + " of equal rows left out");
  if (learned.convergence == Convergence::stopped && last.iteration < limits.max_iterations) {
    learned.notes.emplace_back(
        "rounding leaves no step that lowers the objective; it is at most its gap above the minimum");
  }
  return learned;
}

constexpr LearnerOptionInfo kOptions[] = {{"regularization", "0.03"},
                                          kConstraintsOption,
                                          kPriorOption,
                                          {"max-iterations", "100"},
                                          {"tolerance", "1e-06"}};

}  // namespace

const LearnerInfo kSdmlLearner{
    .name = "sdml",
    .meaning = "a sparse metric near to the prior (LogDet) that keeps similar pairs near and dissimilar far",
    .source = "Qi et al. 2009",
    .options = kOptions,
    .from_labels = true,
    .from_pairs = true,
    .iterates = true,
    .learn = sdml};

}  // namespace nearfar
