#pragma once

#include "nearfar/core/dense.h"
#include "nearfar/core/matrix.h"
#include "nearfar/mahalanobis/learner.h"

namespace nearfar {

/// Coordinates in which the metric M_0 that a learner stays near (--prior) is the identity.
class PriorCoordinates {
 public:
  /// Throws Error: usage for an unknown name, data when there is no such metric.
  PriorCoordinates(MatrixView x, const LearnerOptions& options);
  /// The rows in these coordinates: L_0 x with L_0'L_0 = M_0.
  [[nodiscard]] MatrixView rows() const { return rows_; }
  /// L for the data, from the map that was learned in these coordinates: as many rows as its metric has rank,
  /// or the --dim first of them, in the order of the eigenvalues.
  [[nodiscard]] Matrix map_of(const Matrix& learned, std::int64_t dim) const;

 private:
  Matrix prior_;  // L_0
  Matrix rows_;
};

/// M_0^-1 itself (d x d), for rows whose squared differences are taken `unit` times smaller. Throws Error:
/// usage for an unknown name, data where the covariance of the rows is singular.
[[nodiscard]] Dense prior_inverse(MatrixView x, double unit, const LearnerOptions& options);

inline constexpr LearnerOptionInfo kPriorOption{"prior", "identity"};

}  // namespace nearfar
