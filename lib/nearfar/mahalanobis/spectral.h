#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "nearfar/core/dense.h"
#include "nearfar/core/matrix.h"
#include "nearfar/mahalanobis/learner.h"
#include "nearfar/mahalanobis/scatters.h"

namespace nearfar {

/// What the learners in closed form share: the span of the rows, shrinking, the eigenproblem of two scatter
/// matrices, and the map L of what comes out.

/// Coordinates on the span of the rows about their mean, from an orthonormal basis V (r x d): directions in
/// which the rows do not differ carry no information, so no learner gives them any weight. r is the rank of
/// the covariance (eigenvalues beyond 1e-9 of the largest). O(n d^2 + d^3).
class RowSpan {
 public:
  /// Throws Error (data) for fewer than two rows or rows that are all the same.
  explicit RowSpan(MatrixView x);
  [[nodiscard]] std::int64_t rank() const { return basis_.rows; }
  /// V S V' (r x r): a scatter matrix in these coordinates.
  [[nodiscard]] Dense reduced(const Dense& scatter) const;
  /// C V (k x d): rows in these coordinates (k x r), back in those of the data.
  [[nodiscard]] Dense lifted(const Dense& rows) const;
  /// V' M V (d x d): the metric of these coordinates, in those of the data.
  [[nodiscard]] Dense lifted_metric(const Dense& metric) const;

 private:
  Dense basis_;
};

/// --regularization of the closed forms, rho: a scatter matrix S of rank r is used as (1 - rho) S +
/// rho tr(S)/r I, drawn towards a multiple of the identity. Throws Error (usage) unless it is in [0, 1].
[[nodiscard]] double shrinkage_of(const LearnerOptions& options, double fallback);
/// The default of the supervised ones: enough to make every inverse exist, too little to be seen elsewhere.
constexpr double kShrinkage = 0.0001;
inline constexpr LearnerOptionInfo kShrinkageOption{"regularization", "0.0001"};
inline constexpr LearnerOptionInfo kShrinkageAlone[] = {kShrinkageOption};
[[nodiscard]] Dense shrunk(const Dense& scatter, double rho);

/// Directions v (rows, k x d) of the data with v' A v = w v' B v and v' B v = 1, w descending, k <= r.
struct Directions {
  std::vector<double> values;
  Dense rows;
};
/// The solutions of A v = w B v on the span, B shrunk by rho. `b_is_zero` is the message when B is zero.
[[nodiscard]] Directions directions_between(const RowSpan& span, const Dense& a, const Dense& b, double rho,
                                            const std::string& b_is_zero);

/// Leading values that are above 0 (beyond 1e-9 of the first); the values descend.
[[nodiscard]] std::int64_t positive_count(const std::vector<double>& values);

/// The scatters of pairs in the coordinates of the span, both shrunk by rho. Throws Error (data) if either
/// is zero, or so far from full rank that no inverse exists.
struct ReducedPairs {
  Dense similar;
  Dense dissimilar;
};
[[nodiscard]] ReducedPairs reduced_pairs(const RowSpan& span, const PairScatters& pairs, double rho);

/// `dim` if it is given, else `fallback`. Throws Error (data) if it is above `most`, the number of `what`:
/// "--dim 9: at most 4, the number of {what}".
[[nodiscard]] std::int64_t checked_dim(std::int64_t dim, std::int64_t fallback, std::int64_t most,
                                       const std::string& what);

/// The first `count` rows as a map in floats. Throws Error (data) where a value is no float.
[[nodiscard]] Matrix map_of_rows(const Dense& rows, std::int64_t count);

/// The metric with negative eigenvalues set to 0.
[[nodiscard]] Dense nearest_psd(const Dense& metric);
/// L with L'L = M for a symmetric positive semidefinite M: as many rows as M has rank, in the order of the
/// eigenvalues, or the `dim` first of them. Throws Error (data) if M is not that, or zero.
[[nodiscard]] Matrix map_of_metric(const Dense& metric, std::int64_t dim);

/// A result in closed form, with the rank of its metric among the facts.
[[nodiscard]] LearnedMap closed_form_result(Matrix l);

}  // namespace nearfar
