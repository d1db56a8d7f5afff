#pragma once

#include <span>
#include <vector>

#include "nearfar/core/dense.h"
#include "nearfar/mahalanobis/constraint_pairs.h"
#include "nearfar/mahalanobis/iterate.h"

namespace nearfar {

/// What information-theoretic metric learning minimises (Davis, Kulis, Jain, Sra, Dhillon, ICML 2007, eq. 5),
/// in coordinates where the prior M_0 is the identity:
///
///   min over M, xi of  D(M, I) + gamma D(diag(xi), diag(xi_0))
///   s.t.  z'M z <= xi for similar, z'M z >= xi for dissimilar pairs,  z = x_a - x_b
///
/// with D(A, B) = tr(A B^-1) - log det(A B^-1) - d and xi_0 the bound u or l on squared distances. The best
/// xi for given M is known, which leaves a smooth convex function of M alone,
///
///   F(M) = tr M - log det M - d + gamma sum_similar phi(max(1, z'M z/u)) + gamma sum_dissimilar phi(min(1,
///   z'M z/l)),   phi(q) = q - log q - 1,
///
/// evaluated at M = L'L. With c = gamma (1/xi_0 - 1/z'M z) where a pair misses its bound and 0 elsewhere
/// (positive for similar, negative for dissimilar ones) its gradient is I + sum c z z' - M^-1, and |c| are
/// multipliers of the problem above, so that
///
///   log det(I + sum c z z') - gamma sum_missed log(z'M z/xi_0)
///
/// bounds the minimum from below (-infinity where the matrix is not positive definite).
class ItmlObjective : public MapObjective {
 public:
  /// `x` and `pairs` must outlive this.
  ItmlObjective(MatrixView x, const ConstraintPairs& pairs, double similar_bound, double dissimilar_bound,
                double gamma);

  /// L is d x d. Infinite where L is singular.
  double evaluate(std::span<const double> l, std::span<double> gradient) override;
  /// Pairs that miss their bound.
  [[nodiscard]] std::int64_t active() const override { return active_; }
  [[nodiscard]] std::optional<double> lower_bound() const override { return lower_bound_; }

 private:
  /// gamma phi of one sort of pairs; adds sum c z z' to `scatter` and what they give to the bound.
  double slack(const RowPairs& pairs, double bound, double sign, std::span<const double> l, Dense& scatter);

  MatrixView x_;
  const ConstraintPairs& pairs_;
  double similar_bound_;
  double dissimilar_bound_;
  double gamma_;
  std::int64_t active_ = 0;
  double lower_bound_ = 0;
};

}  // namespace nearfar
