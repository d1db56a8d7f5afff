#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "nearfar/core/dense.h"
#include "nearfar/core/matrix.h"
#include "nearfar/mahalanobis/iterate.h"

namespace nearfar {

/// The objective of large margin nearest neighbours (Weinberger and Saul, "Distance metric learning for large
/// margin nearest neighbor classification", JMLR 2009, eq. 13), as a function of L:
///
///   (1 - w) sum_{j -> i} |L(x_i - x_j)|^2
///     + w sum_{j -> i} sum_{l: y_l != y_i} [1 + |L(x_i - x_j)|^2 - |L(x_i - x_l)|^2]+
///
/// where j -> i are the target neighbours of i, its k nearest rows of the same class in the rows as given
/// (ties to the lower row; fewer in a smaller class), and w is the push weight. All impostors l count.
///
/// Exact: distances of the embedded rows are taken in double, among the pairs of a working set that holds
/// every pair with a positive hinge. The set is found by a range search with a margin around the radius; how
/// far rows have moved since then bounds what could have come in from outside, and when the margin is used up
/// the search is made again, so the value and the gradient are at every L those of the sum over all triplets.
/// Where the set would not fit into memory every evaluation searches anew.
///
/// Time of an evaluation: O(n d r + pairs r), of a search O(n^2 r). Memory: O(n (d + r + k)), and 4 bytes a
/// pair of the working set, at most 256 MB.
class LmnnObjective final : public MapObjective {
 public:
  /// One known class a row. Throws Error (data) when no class has two rows, or when there is only one class.
  LmnnObjective(MatrixView x, std::span<const std::int32_t> classes, std::int64_t neighbors,
                double push_weight);

  double evaluate(std::span<const double> l, std::span<double> gradient) override;
  /// Triplets with a positive hinge.
  [[nodiscard]] std::int64_t active() const override { return active_; }
  /// Target neighbours of every row, `neighbors` each, in the order of distance; -1 behind the last one.
  [[nodiscard]] std::vector<std::int32_t> targets() const;
  /// Range searches so far.
  [[nodiscard]] std::int64_t searches() const { return searches_; }
  /// Mean squared distance from a row to its target neighbours under L.
  [[nodiscard]] double mean_target_distance(std::span<const double> l);

 private:
  using Rows = std::vector<std::int32_t>;

  void find_targets();
  void embed(std::span<const double> l);
  [[nodiscard]] bool working_set_holds(std::span<const double> l) const;
  void search(std::span<const double> l, double margin, bool keep);
  [[nodiscard]] double squared_distance(std::int32_t a, std::int32_t b) const;
  void push(std::int64_t i, std::span<const std::int32_t> others);
  void pull(std::int64_t i);

  std::int64_t n_;
  std::int64_t k_;
  std::int64_t r_ = 0;
  double push_weight_;
  // All below in the order of classes; order_ says which row of the data stands where.
  Rows order_;
  Matrix x_;
  Dense scatter_;  // of x about its mean
  Rows classes_;
  Rows targets_;                    // k a row, -1 behind the last one
  std::vector<Rows> targeted_by_;   // places in targets_ that name the row
  std::vector<double> z_;           // embedded rows, n x r
  std::vector<double> thresholds_;  // 1 + squared distance to each target; 0 where there is none
  std::vector<double> reach_;       // the largest of them; 0 for a row without targets
  std::vector<double> pushes_;      // of each target: impostors inside its threshold
  std::vector<double> forces_;      // n x r: the Laplacian times Z
  std::vector<double> row_loss_;
  std::vector<std::int64_t> row_active_;
  std::int64_t active_ = 0;
  // The working set, and what it was found with.
  std::vector<Rows> working_;
  bool kept_ = false;
  std::vector<double> searched_l_;
  std::vector<double> searched_z_;
  std::vector<double> searched_radius_;
  std::int64_t searches_ = 0;
};

}  // namespace nearfar
