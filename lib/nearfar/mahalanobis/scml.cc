// Sparse compositional metric learning (Shi, Bellet, Sha: "Sparse compositional metric learning", AAAI 2014):
//   M = sum_k w_k b_k b_k',  w >= 0,
// of many vectors b_k of which few get weight: scml.h has the objective, scml_basis.h the vectors.
//
// From labels a row's --neighbors nearest rows of its own class are to be nearer than its 10 nearest rows of
// other classes; triplets are taken as they are. The vectors are scaled so that b_k'z has on average the
// square 1 over vectors and pairs: then --regularization, which is beta, means the same in any unit of the
// features.
//
// The paper draws a comparison at a time and stops after so many. Here all comparisons are looked at in every
// iteration of L-BFGS over the roots of the weights, which costs no more than a few thousand draws would, and
// which ends when the objective is proven to be within --tolerance of its minimum. The weights start equal.
// At the end vectors are left out whose weight is below 1e-4 of the largest.

#include "nearfar/mahalanobis/scml.h"

#include <algorithm>
#include <cmath>

#include "nearfar/core/advice.h"
#include "nearfar/core/error.h"
#include "nearfar/core/product.h"
#include "nearfar/core/text.h"
#include "nearfar/mahalanobis/class_neighbors.h"
#include "nearfar/mahalanobis/learners.h"
#include "nearfar/mahalanobis/scml_basis.h"
#include "nearfar/mahalanobis/spectral.h"

namespace nearfar {
namespace {

constexpr double kBeta = 0.001;
constexpr std::int64_t kImpostors = 10;
constexpr double kLeftOut = 1e-4;  // of the largest weight

ComparedPairs from_labels(const LearnerInput& input, const LearnerOptions& options) {
  ComparedPairs result;
  const auto add = [&](const RowPairList::value_type& pair) {
    result.pairs.emplace_back(static_cast<std::int32_t>(pair.first), static_cast<std::int32_t>(pair.second));
    return static_cast<std::int32_t>(std::ssize(result.pairs) - 1);
  };
  std::vector<std::vector<std::int32_t>> near(static_cast<std::size_t>(input.x.rows));
  for (const auto& pair : genuine_neighbors(input.x, *input.labels, neighbors_of(options, 3)))
    near[static_cast<std::size_t>(pair.first)].push_back(add(pair));
  if (result.pairs.empty())
    data_error("scml needs a class with two rows or more: there is nothing to bring together", {},
               kTwoClasses);
  for (const auto& pair : impostor_neighbors(input.x, *input.labels, kImpostors)) {
    const std::vector<std::int32_t>& own = near[static_cast<std::size_t>(pair.first)];
    if (own.empty()) continue;
    const std::int32_t far = add(pair);
    for (const std::int32_t one : own) result.comparisons.push_back({one, far});
  }
  if (result.comparisons.empty())
    data_error("scml needs two classes or more; all rows have the same label", {}, kTwoClasses);
  return result;
}

ComparedPairs from_triplets(const Tuples& triplets) {
  ComparedPairs result;
  for (std::int64_t t = 0; t < triplets.size(); ++t) {
    const auto items = triplets[t];
    result.pairs.emplace_back(std::minmax(items[0], items[1]));
    result.pairs.emplace_back(std::minmax(items[0], items[2]));
  }
  std::sort(result.pairs.begin(), result.pairs.end());
  result.pairs.erase(std::unique(result.pairs.begin(), result.pairs.end()), result.pairs.end());
  const auto place = [&](std::int32_t a, std::int32_t b) {
    const RowPairs::value_type pair = std::minmax(a, b);
    return static_cast<std::int32_t>(std::lower_bound(result.pairs.begin(), result.pairs.end(), pair) -
                                     result.pairs.begin());
  };
  for (std::int64_t t = 0; t < triplets.size(); ++t) {
    const auto items = triplets[t];
    result.comparisons.push_back({place(items[0], items[1]), place(items[0], items[2])});
  }
  if (result.comparisons.empty())
    data_error("there is no triplet, so nothing to learn from", {}, "mk-triplets makes them");
  return result;
}

// The vectors in the unit in which the mean of (b_k'z)^2 over vectors and pairs is 1.
Dense in_unit(Dense basis, MatrixView x, const RowPairs& pairs) {
  const Dense together = outer_sum(basis.rows, basis.cols, [&](std::int64_t k, double* row) {
    std::copy_n(basis.row(k), basis.cols, row);
  });
  double sum = 0;
  for (const double square : squared_distances_under(x, pairs, together)) sum += square;
  const double mean = sum / static_cast<double>(std::ssize(pairs) * basis.rows);
  if (!(mean > 0))
    data_error("the rows of every pair are the same, so there is nothing to learn", {}, kSameRows);
  for (double& value : basis.values) value /= std::sqrt(mean);
  return basis;
}

double beta_of(const LearnerOptions& options) {
  const double beta = options.regularization.value_or(kBeta);
  if (!(beta > 0 && std::isfinite(beta)))
    usage_error("--regularization " + number_text(beta) + ": scml expects a number above 0",
                "for example --regularization " + number_text(kBeta));
  return beta;
}

LearnedMap scml(const LearnerInput& input, const LearnerOptions& options, const IterationProgress& progress) {
  const IterationLimits limits = limits_of(options, {1000, 0.01});
  const double beta = beta_of(options);
  const bool labelled = input.tuples == nullptr;
  const ComparedPairs compared = labelled ? from_labels(input, options) : from_triplets(*input.tuples);
  const Dense basis = in_unit(labelled ? local_discriminants(input.x, *input.labels, options.seed)
                                       : triplet_directions(input.x, *input.tuples, options.seed),
                              input.x, compared.pairs);
  ScmlObjective objective(input.x, compared, basis, beta);
  const auto vectors = static_cast<std::size_t>(basis.rows);
  const double root = 1 / std::sqrt(static_cast<double>(vectors));
  LearnedMap learned = minimise(objective, {basis.rows, 1, std::vector<double>(vectors, root), true, {}},
                                limits, options, progress);
  const IterationRecord last = learned.history.empty() ? IterationRecord() : learned.history.back();
  if (last.objective - last.gap > 0.99 * ScmlObjective::kWithoutMetric) {
    data_error(
        "no direction of the data tells near pairs from far ones well enough to be worth its "
        "--regularization, so the learned metric is zero",
        {}, "lower --regularization, for example to " + number_text(beta / 10));
  }

  std::vector<double> weights;
  for (std::int64_t k = 0; k < basis.rows; ++k) {
    const auto u = static_cast<double>(learned.l(k, 0));
    weights.push_back(u * u);
  }
  const double least = kLeftOut * *std::max_element(weights.begin(), weights.end());
  std::int64_t kept = 0;
  const Dense metric = outer_sum(basis.rows, basis.cols, [&](std::int64_t k, double* row) {
    const double weight = weights[static_cast<std::size_t>(k)];
    const double scale = weight > least ? std::sqrt(weight) : 0;
    kept += weight > least ? 1 : 0;
    for (std::int64_t j = 0; j < basis.cols; ++j) row[j] = scale * basis(k, j);
  });
  learned.l = map_of_metric(metric, options.dim);
  learned.facts = {{"rank", static_cast<double>(learned.l.rows())},
                   {"comparisons", static_cast<double>(compared.comparisons.size())},
                   {"vectors", static_cast<double>(basis.rows)},
                   {"vectors_kept", static_cast<double>(kept)}};
  learned.notes.push_back(grouped(std::ssize(compared.comparisons)) + " comparisons; weight for " +
                          grouped(kept) + " of " + counted(basis.rows, "direction"));
  return learned;
}

constexpr LearnerOptionInfo kOptions[] = {
    {"regularization", "0.001"}, {"neighbors", "3"}, {"max-iterations", "1000"}, {"tolerance", "0.01"}};

}  // namespace

ScmlObjective::ScmlObjective(MatrixView x, const ComparedPairs& compared, const Dense& basis, double beta)
    : x_(x), compared_(compared), basis_(basis), beta_(beta) {}

double ScmlObjective::evaluate(std::span<const double> u, std::span<double> gradient) {
  const std::int64_t d = basis_.cols;
  const Dense metric = outer_sum(basis_.rows, d, [&](std::int64_t k, double* row) {
    for (std::int64_t j = 0; j < d; ++j) row[j] = u[static_cast<std::size_t>(k)] * basis_(k, j);
  });
  const std::vector<double> squares = squared_distances_under(x_, compared_.pairs, metric);
  const double each = 1 / static_cast<double>(compared_.comparisons.size());
  std::vector<double> weights(compared_.pairs.size());  // of z z' in S
  double hinges = 0;
  double shares = 0;   // sum of a_t
  double squared = 0;  // sum of a_t^2
  active_ = 0;
  for (const ComparedPairs::Comparison& one : compared_.comparisons) {
    const auto near = static_cast<std::size_t>(one.near);
    const auto far = static_cast<std::size_t>(one.far);
    const double excess = 1 + squares[near] - squares[far];
    if (!(excess > 0)) continue;
    ++active_;
    const double share = std::min(1.0, excess / kRound);
    hinges += share * (excess - kRound / 2 * share);
    shares += share;
    squared += share * share;
    weights[near] += each * share;
    weights[far] -= each * share;
  }
  // dP/dw_k = b_k'S b_k + beta;  dP/du_k = 2 u_k dP/dw_k.
  const Dense product = multiply(basis_, weighted_scatter(x_, compared_.pairs, weights));
  double sum = 0;
  double steepest = 0;  // max_k -b_k'S b_k
  for (std::int64_t k = 0; k < basis_.rows; ++k) {
    double slope = 0;
    for (std::int64_t j = 0; j < d; ++j) slope += product(k, j) * basis_(k, j);
    steepest = std::max(steepest, -slope);
    const double root = u[static_cast<std::size_t>(k)];
    gradient[static_cast<std::size_t>(k)] = 2 * root * (slope + beta_);
    sum += root * root;
  }
  const double scale = steepest > beta_ ? beta_ / steepest : 1;
  lower_bound_ = each * (scale * shares - kRound / 2 * scale * scale * squared);
  return each * hinges + beta_ * sum;
}

const LearnerInfo kScmlLearner{
    .name = "scml",
    .meaning = "few of many local directions, weighted: near pairs nearer than far ones",
    .source = "Shi et al. 2014",
    .options = kOptions,
    .from_labels = true,
    .from_triplets = true,
    .iterates = true,
    .learn = scml};

}  // namespace nearfar
