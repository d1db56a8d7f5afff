#pragma once

#include <cstdint>

#include "nearfar/core/matrix.h"

namespace nearfar {

/// An operand of A B': vectors of the inner length, stored as the rows of `view`, or as its columns.
struct ProductOperand {
  MatrixView view;
  bool as_columns = false;

  [[nodiscard]] std::int64_t vectors() const { return as_columns ? view.cols : view.rows; }
  [[nodiscard]] std::int64_t inner() const { return as_columns ? view.rows : view.cols; }
  /// Vectors [begin, end) of it.
  [[nodiscard]] ProductOperand part(std::int64_t begin, std::int64_t end) const {
    if (as_columns) return {{view.data + begin, view.rows, end - begin, view.stride}, true};
    return {view.slice(begin, end), false};
  }
};

/// Vectors of A that are multiplied at a time, and of B: what a tile is best cut by.
extern const std::int64_t kProductRows;
extern const std::int64_t kProductColumns;

/// C = A B', or with `add` C = C + A B', on the calling thread, for operands of the same inner length of at
/// least 1; row i of C at c + i * stride. An element is the sum of its products in the order of the inner
/// index, in a few stretches whose number depends on the inner length alone: its bits depend on its two
/// vectors only.
void multiply_tile(const ProductOperand& a, const ProductOperand& b, float* c, std::int64_t stride,
                   bool add = false);

}  // namespace nearfar
