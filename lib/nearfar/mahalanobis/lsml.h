#pragma once

#include <span>
#include <vector>

#include "nearfar/mahalanobis/iterate.h"
#include "nearfar/mahalanobis/pair_forms.h"

namespace nearfar {

/// What least squared-residual metric learning minimises (Liu, Guo, Zhou, Wang: "Metric learning from
/// relative comparisons by minimizing squared residual", ICDM 2012), in coordinates where the prior is the
/// identity:
///
///   1/m sum_q ([|z_q| - |z'_q|]_+)^2 + lambda (tr M - log det M - d),   |z|^2 = z'M z, M = L'L,
///
/// over m comparisons of the difference z_q of a near pair with the difference z'_q of a far pair.
class LsmlObjective : public MapObjective {
 public:
  /// `near` and `far` are of the same length; all must outlive this.
  LsmlObjective(MatrixView x, const RowPairs& near, const RowPairs& far, double lambda);

  /// L is d x d. Infinite where L is singular.
  double evaluate(std::span<const double> l, std::span<double> gradient) override;
  /// Comparisons the wrong way round.
  [[nodiscard]] std::int64_t active() const override { return active_; }

 private:
  MatrixView x_;
  const RowPairs& near_;
  const RowPairs& far_;
  double lambda_;
  std::int64_t active_ = 0;
};

}  // namespace nearfar
