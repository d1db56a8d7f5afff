#include "nearfar/mahalanobis/closed_form.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "nearfar/core/advice.h"
#include "nearfar/core/error.h"
#include "nearfar/core/product.h"
#include "nearfar/core/solve.h"
#include "nearfar/core/text.h"
#include "nearfar/data/preprocess.h"
#include "nearfar/mahalanobis/learner.h"
#include "nearfar/mahalanobis/spectral.h"

namespace nearfar {
namespace {

SymmetricEigen covariance_eigen(MatrixView x) {
  if (x.rows < 2)
    data_error("a covariance needs at least two rows; there are " + grouped(x.rows), {}, kTwoRows);
  std::vector<double> scatter = scatter_matrix(x, column_means(x));
  for (double& value : scatter) value /= static_cast<double>(x.rows - 1);
  return symmetric_eigen(scatter, x.cols);
}

Matrix directions(const SymmetricEigen& eigen, std::int64_t count, std::int64_t d) {
  Matrix rows(count, d);
  for (std::int64_t r = 0; r < count; ++r) {
    for (std::int64_t j = 0; j < d; ++j)
      rows(r, j) = static_cast<float>(eigen.vectors[static_cast<std::size_t>(r * d + j)]);
  }
  return rows;
}

}  // namespace

Matrix identity_map(MatrixView x, std::int64_t dim) {
  if (dim != 0 && dim != x.cols) {
    usage_error("--dim does not apply to --method identity, which keeps all " + grouped(x.cols) + " features",
                "for fewer dimensions: --method pca --dim " + std::to_string(dim));
  }
  Matrix l(x.cols, x.cols);
  for (std::int64_t j = 0; j < x.cols; ++j) l(j, j) = 1;
  return l;
}

Matrix covariance_map(MatrixView x, std::int64_t dim, double shrinkage) {
  const SymmetricEigen eigen = covariance_eigen(x);
  const std::int64_t rank = rank_of(eigen);
  if (rank == 0) data_error("all rows are the same, so the covariance is zero", {}, kSameRows);
  const std::int64_t rows = checked_dim(dim, rank, rank, "directions with any variance");
  const double mean =
      std::accumulate(eigen.values.begin(), eigen.values.begin() + rank, 0.0) / static_cast<double>(rank);
  Dense scaled(rows, x.cols);
  for (std::int64_t r = 0; r < rows; ++r) {
    const double variance = (1 - shrinkage) * eigen.values[static_cast<std::size_t>(r)] + shrinkage * mean;
    for (std::int64_t j = 0; j < x.cols; ++j)
      scaled(r, j) = eigen.vectors[static_cast<std::size_t>(r * x.cols + j)] / std::sqrt(variance);
  }
  return map_of_rows(scaled, rows);
}

Matrix pca_map(MatrixView x, std::int64_t dim) {
  const std::int64_t rows = checked_dim(dim, x.cols, x.cols, "dimensions of the data");
  return directions(covariance_eigen(x), rows, x.cols);
}

namespace {

// A map that depends on the rows alone, as a learner.
template <Matrix (*map)(MatrixView x, std::int64_t dim)>
LearnedMap of_rows(const LearnerInput& input, const LearnerOptions& options, const IterationProgress&) {
  LearnedMap learned;
  learned.l = map(input.x, options.dim);
  return learned;
}

LearnedMap covariance(const LearnerInput& input, const LearnerOptions& options, const IterationProgress&) {
  return closed_form_result(covariance_map(input.x, options.dim, shrinkage_of(options, 0)));
}

constexpr LearnerOptionInfo kCovarianceOptions[] = {{"regularization", "0"}};

}  // namespace

const LearnerInfo kIdentityLearner{.name = "identity",
                                   .meaning = "the plain Euclidean distance, as a baseline",
                                   .source = "",
                                   .unsupervised = true,
                                   .learn = of_rows<identity_map>};

const LearnerInfo kCovarianceLearner{.name = "covariance",
                                     .meaning = "the inverse covariance of the data",
                                     .source = "Mahalanobis 1936",
                                     .options = kCovarianceOptions,
                                     .unsupervised = true,
                                     .learn = covariance};

const LearnerInfo kPcaLearner{.name = "pca",
                              .meaning = "the directions of largest variance",
                              .source = "Pearson 1901",
                              .unsupervised = true,
                              .learn = of_rows<pca_map>};

}  // namespace nearfar
