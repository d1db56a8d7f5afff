#include "nearfar/mahalanobis/lsml.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "nearfar/core/error.h"
#include "nearfar/core/product.h"
#include "nearfar/core/solve.h"
#include "nearfar/core/text.h"
#include "nearfar/mahalanobis/constraint_pairs.h"
#include "nearfar/mahalanobis/learners.h"
#include "nearfar/mahalanobis/prior.h"

namespace nearfar {
namespace {

constexpr double kLambda = 0.01;

struct Comparisons {
  RowPairs near;
  RowPairs far;
};

// Quadruplets as they are; from labels the drawn similar pairs, each beside a dissimilar one.
Comparisons comparisons(const LearnerInput& input, const LearnerOptions& options) {
  if (input.tuples == nullptr) {
    ConstraintPairs pairs = constraint_pairs(input, options);
    const std::size_t count = std::min(pairs.similar.size(), pairs.dissimilar.size());
    pairs.similar.resize(count);
    pairs.dissimilar.resize(count);
    return {std::move(pairs.similar), std::move(pairs.dissimilar)};
  }
  Comparisons result;
  for (std::int64_t t = 0; t < input.tuples->size(); ++t) {
    const auto items = (*input.tuples)[t];
    result.near.emplace_back(items[0], items[1]);
    result.far.emplace_back(items[2], items[3]);
  }
  if (result.near.empty())
    data_error("there is no quadruplet, so nothing to learn from", {},
               "mk-triplets --kind quadruplets makes them");
  return result;
}

LearnedMap lsml(const LearnerInput& input, const LearnerOptions& options, const IterationProgress& progress) {
  const IterationLimits limits = limits_of(options, {1000, 1e-5});
  const double lambda = options.regularization.value_or(kLambda);
  if (!(lambda > 0 && std::isfinite(lambda)))
    usage_error("--regularization " + number_text(lambda) + ": lsml expects a number above 0",
                "for example --regularization " + number_text(kLambda));
  const Comparisons pairs = comparisons(input, options);
  const PriorCoordinates coordinates(input.x, options);
  const MatrixView x = coordinates.rows();
  LsmlObjective objective(x, pairs.near, pairs.far, lambda);
  LearnedMap learned = minimise(objective, {x.cols, x.cols, dense_identity(x.cols).values, true, {}}, limits,
                                options, progress);
  learned.l = coordinates.map_of(learned.l, options.dim);
  learned.facts = {{"rank", static_cast<double>(learned.l.rows())},
                   {"comparisons", static_cast<double>(pairs.near.size())}};
  return learned;
}

constexpr LearnerOptionInfo kOptions[] = {{"regularization", "0.01"},
                                          kConstraintsOption,
                                          kPriorOption,
                                          {"max-iterations", "1000"},
                                          {"tolerance", "1e-05"}};

}  // namespace

LsmlObjective::LsmlObjective(MatrixView x, const RowPairs& near, const RowPairs& far, double lambda)
    : x_(x), near_(near), far_(far), lambda_(lambda) {}

double LsmlObjective::evaluate(std::span<const double> l, std::span<double> gradient) {
  const std::int64_t d = x_.cols;
  Dense map(d, d);
  std::copy(l.begin(), l.end(), map.values.begin());
  const Dense metric = multiply(transposed(map), map);
  const std::optional<PositiveInverse> inverse = positive_inverse(metric);
  if (!inverse) return std::numeric_limits<double>::infinity();
  std::vector<double> near = squared_distances(x_, near_, l, d);
  std::vector<double> far = squared_distances(x_, far_, l, d);
  const double each = 1 / static_cast<double>(near.size());
  double residuals = 0;
  active_ = 0;
  for (std::size_t q = 0; q < near.size(); ++q) {  // in their place the weights of z z' in the gradient by M
    const double near_distance = std::sqrt(near[q]);
    const double far_distance = std::sqrt(far[q]);
    const double residual = std::max(0.0, near_distance - far_distance);
    residuals += each * residual * residual;
    active_ += residual > 0 ? 1 : 0;
    near[q] = residual > 0 ? each * residual / near_distance : 0;
    far[q] = residual > 0 && far_distance > 0 ? -each * residual / far_distance : 0;
  }
  // dF/dM = sum_q r_q (z z'/|z| - z' z''/|z'|)/m + lambda (I - M^-1);  dF/dL = 2 L dF/dM.
  const Dense by_pairs =
      weighted_sum(1, weighted_scatter(x_, near_, near), 1, weighted_scatter(x_, far_, far));
  const Dense by_prior = weighted_sum(lambda_, dense_identity(d), -lambda_, inverse->inverse);
  const Dense by_map = multiply(map, weighted_sum(2, by_pairs, 2, by_prior));
  std::copy(by_map.values.begin(), by_map.values.end(), gradient.begin());
  return residuals + lambda_ * (trace(metric) - inverse->log_det - static_cast<double>(d));
}

const LearnerInfo kLsmlLearner{.name = "lsml",
                               .meaning = "near pairs nearer than far pairs, by least squared residuals",
                               .source = "Liu et al. 2012",
                               .options = kOptions,
                               .from_labels = true,
                               .from_quadruplets = true,
                               .iterates = true,
                               .learn = lsml};

}  // namespace nearfar
