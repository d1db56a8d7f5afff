#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "nearfar/core/matrix.h"
#include "nearfar/mahalanobis/iterate.h"

namespace nearfar {

/// What neighbourhood component analysis and kernel regression have in common. Row i chooses row j by
///
///   p_ij = exp(-|L(x_i - x_j)|^2) / sum_{k != i} exp(-|L(x_i - x_k)|^2),  p_ii = 0,
///
/// and what it expects is T_i = sum_j p_ij t_ij. Minimised is a sum of functions f_i(T_i) over the rows:
///   from classes (NCA):  t_ij = 1 where the classes are the same, else 0;  f_i = -T_i
///   from targets (MLKR): t_ij = y_j;                                       f_i = (T_i - y_i)^2
///
/// With w_ij = -f_i'(T_i) p_ij (t_ij - T_i), which sum to 0 over j, the gradient is
///   2 sum_ij w_ij L (x_i - x_j)(x_i - x_j)'.
///
/// Up to kExactRows rows all is in double. Above, squared distances come from matrix products in float and
/// exponentials are taken in float, about the largest of the row, so nothing underflows; sums are in double.
/// Relative error of a p_ij: about 1e-7 |L x|^2 for rows about their mean; what is below e^-30 of the nearest
/// may be left out.
///
/// Of the rows i a part may be taken, the first of all rows in an order drawn by seed, against all rows j:
/// scaled to all rows, an unbiased estimate of value and gradient.
///
/// Time of an evaluation: n (2 r + 2 d + 30) operations for each of the rows i, n 2 r where most pairs are
/// far. Memory: O(n d), and 96 n floats a thread and 16 n more.
class SoftNeighbors final : public MapObjective {
 public:
  static constexpr std::int64_t kExactRows = 1024;

  [[nodiscard]] static SoftNeighbors of_classes(MatrixView x, std::span<const std::int32_t> classes,
                                                std::uint64_t seed = 0);
  [[nodiscard]] static SoftNeighbors of_targets(MatrixView x, std::span<const double> targets);

  double evaluate(std::span<const double> l, std::span<double> gradient) override;
  [[nodiscard]] std::int64_t terms() const override { return in_parts_ ? std::ssize(anchors_) : -1; }
  [[nodiscard]] bool complete() const override { return std::ssize(anchors_) == n_; }
  void use_terms(std::int64_t terms) override;
  /// T_i at the last evaluation, of the rows that are in the sum.
  [[nodiscard]] std::vector<double> expected() const;
  /// For tests: which way is taken, whatever the number of rows.
  void compute_in_double(bool exact) { exact_ = exact; }

 private:
  /// `order`: which row of x stands where.
  SoftNeighbors(MatrixView x, std::vector<std::int64_t> order, std::uint64_t seed);

  [[nodiscard]] double term(std::int64_t i) const;   // f_i(T_i)
  [[nodiscard]] double slope(std::int64_t i) const;  // f_i'(T_i)
  void evaluate_exactly(std::span<double> gradient);
  template <class Known>
  void exact_row_sums(const Known& known, std::vector<double>& log_sums);
  template <class Known>
  void exact_forces(const Known& known, const std::vector<double>& log_sums, std::vector<double>& forces);
  void evaluate_blocked(std::span<const double> l, std::span<double> gradient);

  // All below in the order of classes or targets, so that rows that are near each other stand near each
  // other.
  std::vector<std::int64_t> order_;
  std::int64_t n_;
  std::int64_t r_ = 0;
  bool exact_;
  bool in_parts_ = false;              // whether the sum began with a part
  std::vector<std::int64_t> drawn_;    // all rows, in the order in which they come into the sum
  std::vector<std::int64_t> anchors_;  // the rows i that are in it, ascending
  Matrix x_;                           // about the mean row
  Matrix columns_;                     // d x n, filled up with zeros: x_ transposed
  std::vector<std::int32_t> classes_;  // filled up with -2
  std::vector<double> targets_;
  std::vector<float> lane_targets_;  // the same in float, filled up with zeros
  std::vector<double> z_;
  std::vector<double> expected_;
};

}  // namespace nearfar
