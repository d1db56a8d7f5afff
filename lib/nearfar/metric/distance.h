#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/core/matrix.h"

namespace nearfar {

enum class DistanceKind {
  euclidean,
  sqeuclidean,
  manhattan,
  chebyshev,
  minkowski,
  canberra,
  braycurtis,
  hamming,
  jaccard,
  cosine,
  angular,
  correlation,
  dot,
  snr,
  mahalanobis,
  sqmahalanobis
};

class Distance;

/// Which of the four axioms of a metric are theorems about a distance.
struct Axioms {
  bool non_negativity = false;  ///< d(x, y) >= 0
  bool identity = false;        ///< d(x, y) = 0 exactly where x = y
  bool symmetry = false;        ///< d(x, y) = d(y, x)
  bool triangle = false;        ///< d(x, z) <= d(x, y) + d(y, z)

  [[nodiscard]] bool all() const { return non_negativity && identity && symmetry && triangle; }
};

struct DistanceInfo {
  DistanceKind kind;
  std::string_view name;
  std::string_view argument;  ///< "P" where the name is written NAME:P, else ""
  std::string_view formula;
  std::string_view source;
  std::string_view range;
  /// Proved for all rows that the distance takes. What is false here fails for some rows, except the identity
  /// of the Mahalanobis kinds, which is a matter of the rank of M.
  Axioms proved;
  bool trains;                    ///< has a gradient that losses may use
  std::string_view gradient;      ///< with respect to x, where it trains; else ""
  bool needs_matrix;              ///< defined by a matrix M
  bool nonnegative;               ///< takes only coordinates of 0 or more
  std::string_view zero_vectors;  ///< what happens with a row of zeros, or of equal numbers
  void (*to_rows)(const Distance& self, const float* x, MatrixView rows, float* out);  ///< its kernel

  [[nodiscard]] bool is_metric() const { return proved.all(); }
};
[[nodiscard]] NEARFAR_EXPORT std::span<const DistanceInfo> distances();

/// A distance between rows of the same length: larger is farther. Bits do not depend on the order of the two
/// rows (but for snr, where x is the query or anchor), identical rows are at exactly 0 (but for dot), and the
/// result is a finite number for all finite rows: beyond the range of a float it is the largest float.
/// metric/kernels.h bounds the distance of this result from the formula's.
class NEARFAR_EXPORT Distance {
 public:
  Distance() : Distance(DistanceKind::euclidean) {}
  /// Throws Error (usage) for a kind that needs a matrix or an exponent.
  explicit Distance(DistanceKind kind);
  /// sqrt((x-y)'M(x-y)), or without the root. `m` is d x d, row-major, symmetric and positive semi-definite
  /// up to rounding (an eigenvalue of -1e-6 times the largest passes as 0). Throws Error (data) otherwise.
  Distance(DistanceKind kind, std::span<const double> m, std::int64_t d);
  /// Throws Error (usage) unless `exponent` is finite and 1 or more.
  [[nodiscard]] static Distance minkowski(double exponent);

  [[nodiscard]] const DistanceInfo& info() const;
  [[nodiscard]] DistanceKind kind() const { return kind_; }
  /// As parse_distance reads it: "euclidean", "minkowski:3".
  [[nodiscard]] std::string name() const;
  /// P of minkowski; 0 for the others.
  [[nodiscard]] double exponent() const { return exponent_; }
  /// L (rank x d) with M = L'L of a Mahalanobis kind, which is |L(x - y)|; empty for the others.
  [[nodiscard]] const Matrix& factor() const { return *factor_; }
  /// Row length that the matrix is for; 0 for a distance without one.
  [[nodiscard]] std::int64_t matrix_dim() const { return factor_->cols(); }

  [[nodiscard]] float between(const float* x, const float* y, std::int64_t d) const {
    float result = 0;
    to_rows(x, {y, 1, d, d}, &result);
    return result;
  }
  /// between(x, row i of `rows`) for all rows, into `out`; what depends on x alone is formed once.
  void to_rows(const float* x, MatrixView rows, float* out) const { info_->to_rows(*this, x, rows, out); }

  struct Refused {
    std::int64_t row;
    std::int64_t col;
  };
  /// The first coordinate, in row order, that this distance is not defined for. To be asked once for all
  /// rows: between() does not look.
  [[nodiscard]] std::optional<Refused> first_refused(MatrixView rows) const;

 private:
  Distance(DistanceKind kind, double exponent, std::shared_ptr<const Matrix> factor);

  DistanceKind kind_;
  double exponent_ = 0;
  std::shared_ptr<const Matrix> factor_;
  const DistanceInfo* info_;
};

/// "NAME" or "NAME:P" with the names of the table. Throws Error (usage) that lists the names for an unknown
/// one, and for one that needs a matrix.
[[nodiscard]] NEARFAR_EXPORT Distance parse_distance(std::string_view text);
/// The table row of the same text. Throws Error (usage).
[[nodiscard]] NEARFAR_EXPORT const DistanceInfo& distance_info(std::string_view text);
/// How each is written, for help texts: "euclidean", ..., "minkowski:P".
[[nodiscard]] NEARFAR_EXPORT std::vector<std::string> distance_names();

/// L (rank x d) with M = L'L, from a symmetric positive semi-definite M; throws Error (data) as Distance
/// does.
[[nodiscard]] NEARFAR_EXPORT Matrix mahalanobis_factor(std::span<const double> m, std::int64_t d);

}  // namespace nearfar
