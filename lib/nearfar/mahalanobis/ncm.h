#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "nearfar/core/dense.h"
#include "nearfar/mahalanobis/iterate.h"

namespace nearfar {

/// What nearest class mean metric learning minimises (Mensink, Verbeek, Perronnin, Csurka: "Distance-based
/// image classification: generalizing to new classes at near-zero cost", PAMI 35, 2013, eqs. 5 to 8):
///
///   -1/n sum_i log p(y_i | x_i),   p(c | x) = exp(-|L x - L m_c|^2 / 2) / sum_c' exp(-|L x - L m_c'|^2 / 2)
///
/// with the class means m_c. O(n r (C + d)) for C classes and L of r rows: linear in n, in n r numbers of
/// memory.
class NearestMeans : public MapObjective {
 public:
  /// `x` must outlive this; every row has a code of 0 or above.
  NearestMeans(MatrixView x, std::span<const std::int32_t> codes);

  double evaluate(std::span<const double> l, std::span<double> gradient) override;

 private:
  MatrixView x_;
  std::vector<std::int32_t> codes_;
  Dense means_;                // C x d
  std::vector<double> sizes_;  // of the classes; a class without rows is no candidate
};

}  // namespace nearfar
