#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "nearfar/core/dense.h"
#include "nearfar/mahalanobis/iterate.h"
#include "nearfar/mahalanobis/pair_forms.h"

namespace nearfar {

/// Comparisons of pairs of rows, every pair once: `near` and `far` are places in `pairs`.
struct ComparedPairs {
  struct Comparison {
    std::int32_t near = 0;
    std::int32_t far = 0;
  };
  RowPairs pairs;
  std::vector<Comparison> comparisons;
};

/// What sparse compositional metric learning minimises (Shi, Bellet, Sha: "Sparse compositional metric
/// learning", AAAI 2014, eq. 2), for vectors b_k (rows of B, K x d):
///
///   P(w) = 1/m sum_t h(1 + |z_t|^2 - |z'_t|^2) + beta sum_k w_k,   |z|^2 = z'M z = sum_k w_k (b_k'z)^2, w >=
///   0,
///
/// over m comparisons of the difference z of a near pair with the difference z' of a far pair. h is the hinge
/// with its corner rounded: 0 up to 0, x^2 / 2r up to r = 0.1, x - r/2 beyond, which is at most r/2 below the
/// hinge of the paper. P is convex in w. Here it is a function of u with w_k = u_k^2, which needs no bounds
/// and has no other minima, unless some u_k is exactly 0.
///
/// With a_t the share of the slope 1 that h has at comparison t, and S = 1/m sum_t a_t (z_t z_t' - z'_t
/// z'_t'), the slope of P by w_k is b_k'S b_k + beta. Scaled by s = min(1, beta / max_k -b_k'S b_k) the
/// shares are multipliers of the problem, so that
///
///   1/m sum_t (s a_t - r/2 (s a_t)^2)
///
/// bounds the minimum from below; at the minimum both meet.
class ScmlObjective final : public MapObjective {
 public:
  /// All must outlive this; beta is above 0.
  ScmlObjective(MatrixView x, const ComparedPairs& compared, const Dense& basis, double beta);

  /// O(n d^2 + pairs d + comparisons + K d^2).
  double evaluate(std::span<const double> u, std::span<double> gradient) override;
  /// Comparisons whose far pair is not farther by the margin.
  [[nodiscard]] std::int64_t active() const override { return active_; }
  [[nodiscard]] std::optional<double> lower_bound() const override { return lower_bound_; }

  static constexpr double kRound = 0.1;                     ///< r
  static constexpr double kWithoutMetric = 1 - kRound / 2;  ///< the value at w = 0

 private:
  MatrixView x_;
  const ComparedPairs& compared_;
  const Dense& basis_;
  double beta_;
  std::int64_t active_ = 0;
  double lower_bound_ = 0;
};

}  // namespace nearfar
