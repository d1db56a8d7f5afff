#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "nearfar/core/matrix.h"

namespace nearfar {

/// The sums of soft_neighbors.h in float, over the pairs of some rows, the anchors, with all rows, block by
/// block of anchors. Rows that are near each other should stand near each other: of a block and a tile of 768
/// columns, the anchors that choose nothing there (less than e^-30 of their nearest) are left out after their
/// distances.
struct SoftBlockInput {
  const Matrix& x;            ///< n x d
  const Matrix& columns;      ///< x transposed, d x width, zeros behind column n
  std::span<const double> z;  ///< embedded rows, n x r
  std::int64_t r = 0;
  std::span<const std::int64_t> anchors;  ///< the rows i, ascending
  /// -f_i'(T_i), asked for when T_i is in `expected`.
  std::function<double(std::int64_t i)> force;
};

/// The number of columns that hold n: a multiple of the tile.
[[nodiscard]] std::int64_t soft_block_width(std::int64_t n);

struct SoftBlockSums {
  Matrix pulled;                    ///< U = W X, n x d, zeros where a row is no anchor
  std::vector<double> column_sums;  ///< of W, one a row of x
};

/// T_i of the anchors goes to `expected`. Known: KnownClasses or KnownTargets, whose arrays are of length
/// soft_block_width(n).
template <class Known>
[[nodiscard]] SoftBlockSums soft_block_sums(const SoftBlockInput& input, const Known& known,
                                            std::vector<double>& expected);

}  // namespace nearfar
