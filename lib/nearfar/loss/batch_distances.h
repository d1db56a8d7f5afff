#pragma once

#include <cstdint>
#include <vector>

#include "nearfar/core/matrix.h"
#include "nearfar/metric/distance.h"

namespace nearfar {

/// All distances between the n rows of a batch, in double, and the way back: what every loss over distances
/// shares.
class BatchDistances {
 public:
  /// Keeps a view of the embeddings. `kind` must be one that trains (DistanceInfo::trains). O(n^2 dim)
  /// operations.
  BatchDistances(MatrixView embeddings, DistanceKind kind);

  [[nodiscard]] std::int64_t size() const { return x_.rows; }
  [[nodiscard]] double operator()(std::int64_t i, std::int64_t j) const {
    return distances_[static_cast<std::size_t>(i * x_.rows + j)];
  }

  /// The gradient with respect to the embeddings (n x dim), given `weights`, n x n, where weights[i n + j] is
  /// the derivative of the loss by d(i, j). Where the distance has no derivative (two equal rows, a zero row
  /// under cosine) it counts as 0.
  [[nodiscard]] Matrix backward(const std::vector<double>& weights) const;

 private:
  [[nodiscard]] double squares(std::int64_t i) const { return squares_[static_cast<std::size_t>(i)]; }

  MatrixView x_;
  DistanceKind kind_;
  std::vector<double> distances_;
  std::vector<double> squares_;  // |x_i|^2, for cosine
};

}  // namespace nearfar
