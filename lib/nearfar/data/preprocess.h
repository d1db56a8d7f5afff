#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/core/matrix.h"

namespace nearfar {

/// One fitted step: y = P (x - shift) * scale, or y = x / |x| for `unit`. Empty parts are left out.
struct PreprocessStep {
  std::string name;          ///< as written in --preprocess: "standardize", "scale:255", "pca:16", ...
  std::vector<float> shift;  ///< subtracted first
  std::vector<float> scale;  ///< then multiplied; for a projection, after it
  Matrix projection;         ///< R x d
  bool unit = false;

  [[nodiscard]] std::int64_t output_dim(std::int64_t input_dim) const {
    return projection.empty() ? input_dim : projection.rows();
  }
};

/// A fitted chain of steps, applied in order.
struct Preprocessing {
  std::vector<PreprocessStep> steps;

  [[nodiscard]] std::int64_t output_dim(std::int64_t input_dim) const;
  /// Maps rows; the result has output_dim(x.cols) columns. A row's result does not depend on the other rows.
  [[nodiscard]] NEARFAR_EXPORT Matrix apply(MatrixView x) const;
};

struct PreprocessInfo {
  std::string_view name;
  std::string_view argument;  ///< "", "X" or "R"
  std::string_view parts;     ///< members of PreprocessStep that a fitted step has, blank-separated
  std::string_view meaning;
};
[[nodiscard]] NEARFAR_EXPORT std::span<const PreprocessInfo> preprocess_steps();

/// Fits the comma-separated list on the rows of `x` (each step sees the output of the one before). A constant
/// column is only centred. Throws Error (usage: unknown or malformed step; data: no rows, or more dimensions
/// asked for than there are).
[[nodiscard]] NEARFAR_EXPORT Preprocessing fit_preprocessing(std::string_view list, MatrixView x);

/// Mean of each column, in double.
[[nodiscard]] NEARFAR_EXPORT std::vector<double> column_means(MatrixView x);

}  // namespace nearfar
