#pragma once

#include <vector>

#include "nearfar/mahalanobis/learner.h"

namespace nearfar {

/// The map that an iterative learner starts from: rows x cols, row-major.
struct StartingMap {
  std::int64_t rows = 0;
  std::int64_t cols = 0;
  std::vector<double> l;
  bool given = false;  ///< by --init: to be taken as it is
};

/// --init, or the identity, or where --dim asks for fewer dimensions the principal directions. Throws Error
/// (data) for more dimensions than there are features, (usage) for a --dim that is not that of --init.
[[nodiscard]] StartingMap starting_map(MatrixView x, const LearnerOptions& options);

}  // namespace nearfar
