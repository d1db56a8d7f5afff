#include "nearfar/mahalanobis/prior.h"

#include "nearfar/core/error.h"
#include "nearfar/core/product.h"
#include "nearfar/mahalanobis/closed_form.h"
#include "nearfar/mahalanobis/spectral.h"

namespace nearfar {
namespace {

Matrix map_of_prior(MatrixView x, const std::string& prior) {
  if (prior == "identity") return identity_map(x, 0);
  if (prior == "covariance") return covariance_map(x, 0);
  usage_error("--prior " + prior + ": expected identity or covariance", "for example --prior covariance");
}

Dense in_double(const Matrix& matrix) {
  Dense result(matrix.rows(), matrix.cols());
  for (std::int64_t i = 0; i < matrix.size(); ++i)
    result.values[static_cast<std::size_t>(i)] = static_cast<double>(matrix.data()[i]);
  return result;
}

}  // namespace

PriorCoordinates::PriorCoordinates(MatrixView x, const LearnerOptions& options)
    : prior_(map_of_prior(x, options.prior.value_or("identity"))), rows_(multiply_abt(x, prior_)) {}

Matrix PriorCoordinates::map_of(const Matrix& learned, std::int64_t dim) const {
  const Dense l = multiply(in_double(learned), in_double(prior_));
  return map_of_metric(multiply(transposed(l), l), dim);
}

}  // namespace nearfar
