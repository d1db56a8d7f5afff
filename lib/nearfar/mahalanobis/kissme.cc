// KISSME, keep it simple and straightforward (Koestinger, Hirzer, Wohlhart, Roth, Bischof: "Large scale
// metric learning from equivalence constraints", CVPR 2012).
//
// With S and D, the mean of (x - y)(x - y)' over the similar and over the dissimilar pairs, the ratio of the
// likelihoods of two Gaussians of differences gives
//   M = S^(-1) - D^(-1)   (eq. 14), and then its nearest positive semidefinite matrix (eq. 15).
// --regularization shrinks S and D before. From labels every pair of rows counts. O(n d^2 + d^3), from pairs
// O(pairs d^2 + d^3).

#include "nearfar/core/solve.h"
#include "nearfar/mahalanobis/learners.h"
#include "nearfar/mahalanobis/scatters.h"
#include "nearfar/mahalanobis/spectral.h"

namespace nearfar {
namespace {

LearnedMap kissme(const LearnerInput& input, const LearnerOptions& options, const IterationProgress&) {
  const double rho = shrinkage_of(options, kShrinkage);
  const RowSpan span(input.x);
  const ReducedPairs pairs = reduced_pairs(span, pair_scatters(input), rho);
  const auto inverse = [](double w) { return 1 / w; };
  const Dense metric = weighted_sum(1, matrix_function(symmetric_eigen(pairs.similar), inverse),  //
                                    -1, matrix_function(symmetric_eigen(pairs.dissimilar), inverse));
  return closed_form_result(map_of_metric(span.lifted_metric(nearest_psd(metric)), options.dim));
}

}  // namespace

const LearnerInfo kKissmeLearner{
    .name = "kissme",
    .meaning = "the likelihood ratio of differences of similar and dissimilar pairs",
    .source = "Koestinger et al. 2012",
    .options = kShrinkageAlone,
    .from_labels = true,
    .from_pairs = true,
    .learn = kissme};

}  // namespace nearfar
