#include "nearfar/mahalanobis/spectral.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "nearfar/core/advice.h"
#include "nearfar/core/error.h"
#include "nearfar/core/product.h"
#include "nearfar/core/solve.h"
#include "nearfar/core/text.h"
#include "nearfar/data/preprocess.h"
#include "nearfar/metric/distance.h"

namespace nearfar {

RowSpan::RowSpan(MatrixView x) {
  if (x.rows < 2)
    data_error("a metric is learned from two rows or more; there are " + grouped(x.rows), {}, kTwoRows);
  const SymmetricEigen eigen = symmetric_eigen(scatter_matrix(x, column_means(x)), x.cols);
  const std::int64_t rank = rank_of(eigen);
  if (rank == 0) data_error("all rows are the same, so there is nothing to learn", {}, kSameRows);
  basis_ = Dense(rank, x.cols);
  std::copy_n(eigen.vectors.begin(), basis_.values.size(), basis_.values.begin());
}

Dense RowSpan::reduced(const Dense& scatter) const {
  return multiply(multiply(basis_, scatter), transposed(basis_));
}

Dense RowSpan::lifted(const Dense& rows) const { return multiply(rows, basis_); }

Dense RowSpan::lifted_metric(const Dense& metric) const {
  return multiply(transposed(basis_), multiply(metric, basis_));
}

double shrinkage_of(const LearnerOptions& options, double fallback) {
  const double rho = options.regularization.value_or(fallback);
  if (!(rho >= 0 && rho <= 1))
    usage_error("--regularization " + number_text(rho) + ": expected a number from 0 to 1",
                "for example --regularization 0.1");
  return rho;
}

Dense shrunk(const Dense& scatter, double rho) {
  const double mean = trace(scatter) / static_cast<double>(scatter.rows);
  return weighted_sum(1 - rho, scatter, rho * mean, dense_identity(scatter.rows));
}

Directions directions_between(const RowSpan& span, const Dense& a, const Dense& b, double rho,
                              const std::string& b_is_zero) {
  const Dense b_reduced = span.reduced(b);
  const Dense a_reduced = span.reduced(a);
  // What rounding leaves of zero, beside the other matrix.
  if (trace(b_reduced) <= 1e-12 * trace(a_reduced) || trace(b_reduced) <= 0)
    data_error(b_is_zero, {}, kSameRows);
  GeneralizedEigen eigen = generalized_eigen(a_reduced, shrunk(b_reduced, rho));
  return {std::move(eigen.values), span.lifted(eigen.vectors)};
}

std::int64_t positive_count(const std::vector<double>& values) { return rank_of(SymmetricEigen{values, {}}); }

ReducedPairs reduced_pairs(const RowSpan& span, const PairScatters& pairs, double rho) {
  const auto invertible = [&](const Dense& scatter, const std::string& which) {
    Dense result = shrunk(span.reduced(scatter), rho);
    if (rank_of(symmetric_eigen(result)) < result.rows) {
      data_error("the differences of the " + which + " pairs leave some direction of the data out", {},
                 "raise --regularization, or give more pairs");
    }
    return result;
  };
  return {invertible(pairs.similar, "similar"), invertible(pairs.dissimilar, "dissimilar")};
}

std::int64_t checked_dim(std::int64_t dim, std::int64_t fallback, std::int64_t most,
                         const std::string& what) {
  if (dim < 0 || dim > most) {
    data_error(
        "--dim " + std::to_string(dim) + ": at most " + std::to_string(most) + ", the number of " + what, {},
        "for example --dim " + std::to_string(most));
  }
  return dim == 0 ? fallback : dim;
}

Matrix map_of_rows(const Dense& rows, std::int64_t count) {
  Matrix l(count, rows.cols);
  for (std::int64_t i = 0; i < l.size(); ++i) {
    const double value = rows.values[static_cast<std::size_t>(i)];
    if (!(std::abs(value) <= static_cast<double>(std::numeric_limits<float>::max()))) {
      data_error("the learned map leaves the range of 32-bit floats: the values are too close together", {},
                 "rescale them, for example with --preprocess standardize");
    }
    l.data()[i] = static_cast<float>(value);
  }
  return l;
}

Dense nearest_psd(const Dense& metric) {
  return matrix_function(symmetric_eigen(metric), [](double w) { return std::max(w, 0.0); });
}

Matrix map_of_metric(const Dense& metric, std::int64_t dim) {
  Matrix l = mahalanobis_factor(metric.values, metric.rows);
  if (std::all_of(l.data(), l.data() + l.size(), [](float value) { return value == 0; }))
    data_error("the learned metric is zero: nothing tells the rows apart", {}, kSameRows);
  l.truncate(checked_dim(dim, l.rows(), l.rows(), "directions with any weight in the learned metric"));
  return l;
}

LearnedMap closed_form_result(Matrix l) {
  LearnedMap learned;
  learned.facts.emplace_back("rank", static_cast<double>(l.rows()));
  learned.l = std::move(l);
  return learned;
}

}  // namespace nearfar
