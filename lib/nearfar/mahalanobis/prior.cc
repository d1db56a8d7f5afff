#include "nearfar/mahalanobis/prior.h"

#include "nearfar/core/error.h"
#include "nearfar/core/product.h"
#include "nearfar/core/solve.h"
#include "nearfar/data/preprocess.h"
#include "nearfar/mahalanobis/closed_form.h"
#include "nearfar/mahalanobis/spectral.h"

namespace nearfar {
namespace {

// Whether it is the covariance, else the identity.
bool is_covariance(const LearnerOptions& options) {
  const std::string prior = options.prior.value_or("identity");
  if (prior != "identity" && prior != "covariance")
    usage_error("--prior " + prior + ": expected identity or covariance", "for example --prior covariance");
  return prior == "covariance";
}

Dense in_double(const Matrix& matrix) {
  Dense result(matrix.rows(), matrix.cols());
  for (std::int64_t i = 0; i < matrix.size(); ++i)
    result.values[static_cast<std::size_t>(i)] = static_cast<double>(matrix.data()[i]);
  return result;
}

}  // namespace

PriorCoordinates::PriorCoordinates(MatrixView x, const LearnerOptions& options)
    : prior_(is_covariance(options) ? covariance_map(x, 0) : identity_map(x, 0)),
      rows_(multiply_abt(x, prior_)) {}

Matrix PriorCoordinates::map_of(const Matrix& learned, std::int64_t dim) const {
  const Dense l = multiply(in_double(learned), in_double(prior_));
  return map_of_metric(multiply(transposed(l), l), dim);
}

Dense prior_inverse(MatrixView x, double unit, const LearnerOptions& options) {
  if (!is_covariance(options)) return dense_identity(x.cols);
  Dense covariance(x.cols, x.cols);
  covariance.values = scatter_matrix(x, column_means(x));
  covariance = weighted_sum(1 / (unit * static_cast<double>(x.rows - 1)), covariance, 0, covariance);
  if (rank_of(symmetric_eigen(covariance)) < x.cols) {
    data_error("--prior covariance: the covariance of the features is singular, so it has no inverse", {},
               "leave out constant and redundant features with --features, reduce them with --preprocess "
               "standardize,pca:R, or take --prior identity");
  }
  return covariance;
}

}  // namespace nearfar
