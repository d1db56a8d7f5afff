#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "nearfar/loss/rows.h"
#include "nearfar/metric/distance.h"

namespace nearfar {

/// What a loss sees of the distances from the n rows of a batch to m others: in double.
struct DistanceTable {
  DistanceKind kind = DistanceKind::euclidean;
  std::int64_t rows = 0;
  std::int64_t cols = 0;
  const double* values = nullptr;

  [[nodiscard]] const double* row(std::int64_t i) const { return values + i * cols; }
  [[nodiscard]] double operator()(std::int64_t i, std::int64_t j) const { return values[i * cols + j]; }
};

/// The distances between rows x (n x dim) and y (m x dim), and the way back to both: what every loss over
/// distances shares. O(n m dim) operations as one matrix product, O(n m) memory.
///
/// The product is taken between the rows less their mean, or of length 1; distances so short that the
/// difference of products would lose them (below a sixteenth of the rows' length) are formed anew from the
/// rows themselves in double. So equal rows are at exactly 0.
template <class Scalar>
class PairDistances {
 public:
  /// Keeps both views; give the same one twice for the distances inside a batch. `kind` must be one that
  /// trains (DistanceInfo::trains).
  PairDistances(Rows<Scalar> x, Rows<Scalar> y, DistanceKind kind);

  [[nodiscard]] DistanceTable table() const { return {kind_, x_.rows, y_.rows, distances_.data()}; }

  struct Gradients {
    std::vector<Scalar> x;  ///< n x dim
    std::vector<Scalar> y;  ///< m x dim; empty when y is x, whose gradient then holds both parts
  };
  /// `weights`, n x m, holds the derivative of the loss by each distance. Where a distance has no derivative
  /// (two equal rows, a zero row under cosine) it counts as 0.
  [[nodiscard]] Gradients backward(std::span<const double> weights) const;

 private:
  struct Prepared {
    std::vector<Scalar> rows;     // as they go into the product
    std::vector<double> squares;  // their squared lengths
    std::vector<double> lengths;  // of the rows as given, for cosine
  };
  [[nodiscard]] Prepared prepare(Rows<Scalar> rows) const;
  void choose_shift_and_scale();
  void fill_distances();
  void fill_manhattan();
  void coefficients(std::span<const double> weights, std::vector<Scalar>& c,
                    std::vector<double>& of_row) const;
  [[nodiscard]] std::vector<Scalar> side(bool of_x, const std::vector<Scalar>& c,
                                         std::span<const double> of_row) const;
  void add_near(std::span<const double> weights, Gradients& gradients) const;
  [[nodiscard]] Gradients manhattan_backward(std::span<const double> weights) const;
  [[nodiscard]] bool same() const { return x_.data == y_.data && x_.rows == y_.rows; }

  Rows<Scalar> x_;
  Rows<Scalar> y_;
  DistanceKind kind_;
  std::vector<Scalar> shift_;  // taken from every row: the mean, for differences
  Scalar scale_ = 1;           // a power of 2 that brings the rows into the middle of the range
  Prepared px_;
  Prepared py_;  // empty when y is x
  std::vector<double> distances_;
  std::vector<std::pair<std::int32_t, std::int32_t>> near_;  // formed anew
};

}  // namespace nearfar
