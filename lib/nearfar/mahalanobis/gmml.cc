// Geometric mean metric learning (Zadeh, Hosseini, Sra, ICML 2016).
//
// With S and D, the mean of (x - y)(x - y)' over the similar and over the dissimilar pairs, the metric
// minimises  tr(M S) + tr(M^(-1) D)  (eq. 5), whose solution M S M = D is the geometric mean (eq. 8)
//   M = S^(-1) # D = S^(-1/2) (S^(1/2) D S^(1/2))^(1/2) S^(-1/2).
// --regularization shrinks S and D before. From labels every pair of rows counts. O(n d^2 + d^3), from pairs
// O(pairs d^2 + d^3).

#include "nearfar/core/solve.h"
#include "nearfar/mahalanobis/learners.h"
#include "nearfar/mahalanobis/scatters.h"
#include "nearfar/mahalanobis/spectral.h"

namespace nearfar {
namespace {

LearnedMap gmml(const LearnerInput& input, const LearnerOptions& options, const IterationProgress&) {
  const double rho = shrinkage_of(options, kShrinkage);
  const RowSpan span(input.x);
  const ReducedPairs pairs = reduced_pairs(span, pair_scatters(input), rho);
  const Dense inverse = matrix_function(symmetric_eigen(pairs.similar), [](double w) { return 1 / w; });
  return closed_form_result(
      map_of_metric(span.lifted_metric(geometric_mean(inverse, pairs.dissimilar)), options.dim));
}

}  // namespace

const LearnerInfo kGmmlLearner{
    .name = "gmml",
    .meaning = "the geometric mean of the inverse of similar pairs and dissimilar pairs",
    .source = "Zadeh et al. 2016",
    .options = kShrinkageAlone,
    .from_labels = true,
    .from_pairs = true,
    .learn = gmml};

}  // namespace nearfar
