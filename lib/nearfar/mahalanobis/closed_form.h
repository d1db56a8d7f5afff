#pragma once

#include <cstdint>

#include "nearfar/core/export.h"
#include "nearfar/core/matrix.h"

namespace nearfar {

struct LearnerInfo;

/// The linear maps L (R x d) that need no iteration. Each maps rows of x so that the Euclidean distance of
/// the images is the learned distance: (x-y)'L'L(x-y). Throws Error (data) for fewer than two rows or an
/// impossible `dim`; `dim` = 0 means the learner's own number of dimensions.

/// L = I: the Euclidean distance. dim must be 0 or d.
[[nodiscard]] NEARFAR_EXPORT Matrix identity_map(MatrixView x, std::int64_t dim);

/// M = S^+, the pseudo-inverse of the covariance matrix S (of n - 1): the Mahalanobis distance of 1936. L =
/// W^(-1/2) V' with S = V W V'; directions with less than 1e-9 of the largest variance are left out. `dim`
/// keeps the directions of largest variance. A `shrinkage` rho above 0 takes (1 - rho) S + rho mean(W) I on
/// the directions that are left (Ledoit, Wolf, J. Multivariate Analysis 88, 2004, with rho given). The images
/// are whitened rows.
[[nodiscard]] NEARFAR_EXPORT Matrix covariance_map(MatrixView x, std::int64_t dim, double shrinkage = 0);

/// The `dim` directions of largest variance, orthonormal rows (Pearson 1901). dim = 0: all d.
[[nodiscard]] NEARFAR_EXPORT Matrix pca_map(MatrixView x, std::int64_t dim);

// Their rows in the table of learners.
extern const LearnerInfo kIdentityLearner;
extern const LearnerInfo kCovarianceLearner;
extern const LearnerInfo kPcaLearner;

}  // namespace nearfar
