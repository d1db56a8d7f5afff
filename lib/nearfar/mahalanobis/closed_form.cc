#include "nearfar/mahalanobis/closed_form.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "nearfar/core/error.h"
#include "nearfar/core/product.h"
#include "nearfar/core/solve.h"
#include "nearfar/core/text.h"
#include "nearfar/data/preprocess.h"
#include "nearfar/mahalanobis/learner.h"

namespace nearfar {
namespace {

SymmetricEigen covariance_eigen(MatrixView x) {
  if (x.rows < 2) data_error("a covariance needs at least two rows; there are " + grouped(x.rows));
  std::vector<double> scatter = scatter_matrix(x, column_means(x));
  for (double& value : scatter) value /= static_cast<double>(x.rows - 1);
  return symmetric_eigen(scatter, x.cols);
}

void check_dim(std::int64_t dim, std::int64_t most, const std::string& why) {
  if (dim < 0 || dim > most) {
    data_error("--dim " + std::to_string(dim) + ": at most " + std::to_string(most) + " " + why, {},
               "ask for fewer dimensions");
  }
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

Matrix covariance_map(MatrixView x, std::int64_t dim) {
  const SymmetricEigen eigen = covariance_eigen(x);
  std::int64_t rank = 0;
  while (rank < x.cols && eigen.values[static_cast<std::size_t>(rank)] > 1e-9 * eigen.values[0]) ++rank;
  if (rank == 0) data_error("all rows are the same, so the covariance is zero");
  check_dim(dim, rank, "directions have any variance");
  Matrix l = directions(eigen, dim == 0 ? rank : dim, x.cols);
  for (std::int64_t r = 0; r < l.rows(); ++r) {
    const double inverse = 1 / std::sqrt(eigen.values[static_cast<std::size_t>(r)]);
    if (inverse > std::numeric_limits<float>::max()) {
      data_error("the values are too close together for a covariance", {},
                 "rescale them, for example with --preprocess standardize");
    }
    const auto scale = static_cast<float>(inverse);
    for (std::int64_t j = 0; j < l.cols(); ++j) l(r, j) *= scale;
  }
  return l;
}

Matrix pca_map(MatrixView x, std::int64_t dim) {
  check_dim(dim, x.cols, "dimensions are in the data");
  return directions(covariance_eigen(x), dim == 0 ? x.cols : dim, x.cols);
}

namespace {

// A map that depends on the rows alone, as a learner.
template <Matrix (*map)(MatrixView x, std::int64_t dim)>
LearnedMap of_rows(const LearnerInput& input, const LearnerOptions& options, const IterationProgress&) {
  LearnedMap learned;
  learned.l = map(input.x, options.dim);
  return learned;
}

}  // namespace

const LearnerInfo kIdentityLearner{.name = "identity",
                                   .meaning = "the plain Euclidean distance, as a baseline",
                                   .source = "",
                                   .unsupervised = true,
                                   .learn = of_rows<identity_map>};

const LearnerInfo kCovarianceLearner{.name = "covariance",
                                     .meaning = "the inverse covariance of the data",
                                     .source = "Mahalanobis 1936",
                                     .unsupervised = true,
                                     .learn = of_rows<covariance_map>};

const LearnerInfo kPcaLearner{.name = "pca",
                              .meaning = "the directions of largest variance",
                              .source = "Pearson 1901",
                              .unsupervised = true,
                              .learn = of_rows<pca_map>};

}  // namespace nearfar
