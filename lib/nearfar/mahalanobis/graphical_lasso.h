#pragma once

#include <cstdint>

#include "nearfar/core/dense.h"
#include "nearfar/mahalanobis/iterations.h"

namespace nearfar {

/// The graphical lasso of a symmetric positive definite P (d x d),
///
///   min over X > 0 of  f(X) = tr(P X) - log det X + lambda sum_{i != j} |X_ij|,
///
/// by block coordinate ascent on its dual (Banerjee, El Ghaoui, d'Aspremont, JMLR 9, 2008, eq. 4),
///
///   max over W > 0 of  log det W + d   s.t.  W_ii = P_ii,  |W_ij - P_ij| <= lambda,
///
/// which bounds the minimum from below and meets it at W = X^-1. An iteration goes once over the columns
/// (Friedman, Hastie, Tibshirani: "Sparse inverse covariance estimation with the graphical lasso",
/// Biostatistics 9, 2008). With V = W without row and column j and p the rest of column j of P, the best
/// column w = V b comes from the lasso
///
///   min over b of  b'V b / 2 - p'b + lambda |b|_1,
///
/// by coordinate descent. The b make up a sparse X, X_jj = 1 / (W_jj - w'b) and X_.j = -X_jj b, with 0 where
/// either of two mirror elements is 0, else their mean. It is taken where it is positive definite and better
/// than the one before. The start is W = P and the dense X = P^-1, which stays until the first sparse one.
///
/// Converged when, for a sparse X, f(X) is within `tolerance` times d of the bound; d is what tr(P X) and the
/// norm come to at the minimum. Where an iteration gains nothing, a millionth of d will do; if not even that,
/// it is stuck.
///
/// O(d^2) a pass over a column whose b are not 0, O(d^3) an iteration beside. Memory: 8 matrices of d x d.
class GraphicalLasso final : public IterativeSolver {
 public:
  /// `p` must outlive this. `resume` is null, or a state of the same problem. Throws Error: numerical where P
  /// is not positive definite, data for a state of another problem.
  GraphicalLasso(const Dense& p, double lambda, double tolerance, const SolverState* resume);

  /// The record has the elements above the diagonal that are not 0 as `active`, and the length of the
  /// shortest subgradient as `gradient_norm`. Throws Error (numerical) where rounding leaves no W.
  [[nodiscard]] IterationOutcome iterate(std::int64_t number) override;
  [[nodiscard]] SolverState state() const override;

  [[nodiscard]] const Dense& solution() const { return x_; }

 private:
  void improve_column(std::int64_t j);
  [[nodiscard]] Dense sparse_solution() const;
  bool take_if_better(const Dense& candidate);
  [[nodiscard]] double value(const Dense& x, double log_det) const;
  [[nodiscard]] double gradient_norm() const;
  [[nodiscard]] std::int64_t off_diagonal() const;

  const Dense& p_;
  double lambda_;
  double tolerance_;
  Dense w_;
  Dense b_;  // row j is the b of column j, with 0 at j
  Dense x_;
  bool is_sparse_ = false;  // x_ is of the b, not of the start
  double value_ = 0;        // f(x_)
  double bound_ = 0;        // the greatest so far
};

}  // namespace nearfar
