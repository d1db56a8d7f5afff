#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/core/matrix.h"

namespace nearfar {

enum class DistanceKind { euclidean, sqeuclidean, manhattan, cosine, mahalanobis, sqmahalanobis };

struct DistanceInfo {
  DistanceKind kind;
  std::string_view name;
  std::string_view formula;
  std::string_view source;
  std::string_view range;
  bool is_metric;                 ///< obeys all four axioms on all vectors
  bool trains;                    ///< has a gradient that losses may use
  bool needs_matrix;              ///< defined by a matrix M
  std::string_view zero_vectors;  ///< what happens with a row of zeros
};
[[nodiscard]] NEARFAR_EXPORT std::span<const DistanceInfo> distances();

/// A distance between rows of the same length: larger is farther. Bits do not depend on the order of the two
/// rows, and identical rows are at exactly 0.
class NEARFAR_EXPORT Distance {
 public:
  Distance() : Distance(DistanceKind::euclidean) {}
  /// Throws Error (usage) for a kind that needs a matrix.
  explicit Distance(DistanceKind kind);
  /// sqrt((x-y)'M(x-y)), or without the root. `m` is d x d, row-major, symmetric and positive semi-definite
  /// up to rounding (an eigenvalue of -1e-6 times the largest passes as 0). Throws Error (data) otherwise.
  Distance(DistanceKind kind, std::span<const double> m, std::int64_t d);

  [[nodiscard]] const DistanceInfo& info() const;
  [[nodiscard]] DistanceKind kind() const { return kind_; }
  /// Row length that the matrix is for; 0 for a distance without one.
  [[nodiscard]] std::int64_t matrix_dim() const { return factor_ ? factor_->cols() : 0; }

  [[nodiscard]] float between(const float* x, const float* y, std::int64_t d) const;
  /// between(x, row i of `rows`) for all rows, into `out`.
  void to_rows(const float* x, MatrixView rows, float* out) const;

 private:
  DistanceKind kind_;
  std::shared_ptr<const Matrix> factor_;  // L with M = L'L, for the Mahalanobis kinds
};

/// By the name in the table. Throws Error (usage) that lists the names for an unknown one, and for one that
/// needs a matrix.
[[nodiscard]] NEARFAR_EXPORT Distance parse_distance(std::string_view name);
/// The table row of a name. Throws Error (usage).
[[nodiscard]] NEARFAR_EXPORT const DistanceInfo& distance_info(std::string_view name);

/// L (rank x d) with M = L'L, from a symmetric positive semi-definite M; throws Error (data) as Distance
/// does.
[[nodiscard]] NEARFAR_EXPORT Matrix mahalanobis_factor(std::span<const double> m, std::int64_t d);

}  // namespace nearfar
