#pragma once

#include <cstdint>
#include <vector>

#include "nearfar/core/matrix.h"
#include "nearfar/metric/distance.h"

namespace nearfar {

/// A distance between queries and gallery rows in the form that one matrix product can bracket.
///
/// Every pair has a key, a real number that orders pairs as the float distance of Distance::between does (for
/// `farthest`: the other way round), and for every pair
///
///   query.low[q] + gallery.low[g] - closeness <= key <= the same + query.gap[q] + gallery.gap[g]
///
/// where closeness is an element of a matrix product. So a pair whose lower bound lies above the upper bounds
/// of k others is not among the k nearest, and only the few that remain are measured by the exact kernel. The
/// bounds hold whatever the order of summation in the product, with or without fused multiply-add; their
/// derivation stands in bracket_form.cc. They leave room for evaluating them in float, and for the rounding
/// of `closeness >= gallery.low[g] + round_down(query.low[q] - threshold)`, the test of the hot loops.
///
/// Distances without such a form (manhattan, ...) are measured by their kernel in place of the product:
/// closeness is then the negated distance, low and gap are 0.
class Brackets {
 public:
  struct Side {
    std::vector<float> low;
    std::vector<float> gap;
  };

  /// Keeps views of the rows and a mapped copy of them. Throws Error (internal) for rows of different length.
  Brackets(MatrixView queries, MatrixView gallery, const Distance& distance, bool farthest);

  /// Queries and gallery are the same rows and d(x, y) = d(y, x): one tile serves both of its sides.
  [[nodiscard]] bool symmetric() const { return symmetric_; }
  /// Bounds are the key itself: nothing needs to be measured again.
  [[nodiscard]] bool exact() const { return exact_; }
  [[nodiscard]] const Side& query() const { return query_; }
  [[nodiscard]] const Side& gallery() const { return symmetric_ ? query_ : gallery_; }
  /// The largest gap of the gallery.
  [[nodiscard]] float widest_gap() const { return widest_gap_; }
  /// Keys grow as distances fall.
  [[nodiscard]] bool farthest() const { return farthest_; }
  [[nodiscard]] MatrixView query_rows() const { return queries_; }
  [[nodiscard]] MatrixView gallery_rows() const { return rows_; }

  /// The closeness of queries [q0, q1) and gallery rows [g0, g1), row i at tile + i * stride. 2 d operations
  /// a pair.
  void closeness(std::int64_t q0, std::int64_t q1, std::int64_t g0, std::int64_t g1, float* tile,
                 std::int64_t stride) const;
  /// The same from the kernel, whatever the distance: the negated distances. 3 d operations a pair or more.
  void exact_closeness(std::int64_t q0, std::int64_t q1, std::int64_t g0, std::int64_t g1, float* tile,
                       std::int64_t stride) const;
  /// The distance of a pair by the one kernel that decides.
  [[nodiscard]] float distance(std::int64_t q, std::int64_t g) const {
    return distance_.between(queries_.row(q), rows_.row(g), rows_.cols);
  }
  /// The same of query q and other rows, into `out`.
  void distances(std::int64_t q, MatrixView rows, float* out) const {
    distance_.to_rows(queries_.row(q), rows, out);
  }
  /// The key of a pair at this distance; monotone.
  [[nodiscard]] double key(float distance) const;

 private:
  MatrixView queries_;
  MatrixView rows_;
  Distance distance_;
  bool farthest_;
  bool symmetric_;
  bool exact_;
  double unit_ = 1;
  Matrix mapped_queries_;
  Matrix mapped_gallery_;  // empty where the queries serve as the gallery as well
  Side query_;
  Side gallery_;
  float widest_gap_ = 0;
};

/// The largest float that is not above the value, and the smallest that is not below it.
[[nodiscard]] float round_down(double value);
[[nodiscard]] float round_up(double value);

}  // namespace nearfar
