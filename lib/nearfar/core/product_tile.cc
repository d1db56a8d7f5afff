// The product of two panels in registers, after Goto, van de Geijn 2008, "Anatomy of high-performance matrix
// multiplication": 32 vectors of B are laid side by side for a stretch of the inner index, so that they stay
// in the first-level cache; then a few vectors of A at a time are multiplied with all of them.
#include "nearfar/core/product_tile.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "nearfar/core/vector.h"

namespace nearfar {
namespace {

// As many sums as the registers hold beside the factors.
constexpr int kRows = kVectorLanes == 16 ? 8 : 6;
constexpr int kVectors = 2;
constexpr int kColumns = kVectors * kVectorLanes;
constexpr std::int64_t kLongest = 320;  // a stretch of the inner index: 320 x 32 floats are 40 KB

// The stretches of the inner index: all of one length, the last perhaps shorter.
std::int64_t stretch_of(std::int64_t inner) {
  const std::int64_t stretches = (inner + kLongest - 1) / kLongest;
  return (inner + stretches - 1) / stretches;
}

// panel(k, j) = b_j(k) for k in [begin, end) and the vectors [first, first + kColumns) of b, 0 beyond the
// last.
void lay_out(const ProductOperand& b, std::int64_t first, std::int64_t begin, std::int64_t end,
             float* panel) {
  const std::int64_t count = std::min<std::int64_t>(kColumns, b.vectors() - first);
  if (b.as_columns) {
    for (std::int64_t k = begin; k < end; ++k, panel += kColumns) {
      const float* from = b.view.row(k) + first;
      if (count == kColumns) {
        std::memcpy(panel, from, kColumns * sizeof(float));
      } else {
        std::fill(std::copy_n(from, count, panel), panel + kColumns, 0.0F);
      }
    }
    return;
  }
  for (std::int64_t j = 0; j < kColumns; j += kVectorLanes) {
    std::int64_t k = begin;
    for (; k + kVectorLanes <= end && j + kVectorLanes <= count; k += kVectorLanes) {
      Vector square[kVectorLanes];
      for (int lane = 0; lane < kVectorLanes; ++lane) load(b.view.row(first + j + lane) + k, square[lane]);
      transpose(square);
      for (int lane = 0; lane < kVectorLanes; ++lane)
        store(square[lane], panel + (k - begin + lane) * kColumns + j);
    }
    for (; k < end; ++k) {
      for (std::int64_t lane = 0; lane < kVectorLanes; ++lane)
        panel[(k - begin) * kColumns + j + lane] = j + lane < count ? b.view.row(first + j + lane)[k] : 0.0F;
    }
  }
}

// The factors of one stretch: number k of vector r of A stands at a[r * row_step + k * step], those of the
// vectors of B at panel[k * panel_step].
struct Stretch {
  const float* a;
  std::int64_t row_step;
  std::int64_t step;
  const float* panel;
  std::int64_t panel_step;
  std::int64_t length;
  bool add;  // to what stands in C
};

// kRowsNow rows of C.
template <int kRowsNow>
void multiply_rows(const Stretch& s, float* c, std::int64_t stride) {
  Vector sums[kRowsNow][kVectors] = {};
  const float* a = s.a;
  const float* panel = s.panel;
  for (std::int64_t k = 0; k < s.length; ++k, a += s.step, panel += s.panel_step) {
    Vector b[kVectors];
    for (int v = 0; v < kVectors; ++v) load(panel + v * kVectorLanes, b[v]);
    for (int r = 0; r < kRowsNow; ++r) {
      const float factor = a[r * s.row_step];
      for (int v = 0; v < kVectors; ++v) sums[r][v] += factor * b[v];
    }
  }
  for (int r = 0; r < kRowsNow; ++r) {
    for (int v = 0; v < kVectors; ++v) {
      float* to = c + r * stride + v * kVectorLanes;
      if (s.add) {
        Vector before;
        load(to, before);
        sums[r][v] += before;
      }
      store(sums[r][v], to);
    }
  }
}

using RowsProduct = void (*)(const Stretch&, float*, std::int64_t);

template <int... rows>
constexpr std::array<RowsProduct, sizeof...(rows)> rows_products(
    std::integer_sequence<int, rows...> /*0..*/) {
  return {multiply_rows<rows + 1>...};
}
constexpr auto kRowsProducts = rows_products(std::make_integer_sequence<int, kRows>());  // of 1, 2, ... rows

}  // namespace

const std::int64_t kProductRows = kRows;
const std::int64_t kProductColumns = kColumns;

void multiply_tile(const ProductOperand& a, const ProductOperand& b, float* c, std::int64_t stride,
                   bool add) {
  alignas(64) thread_local float panel[kLongest * kColumns];
  const std::int64_t n = a.vectors();
  const std::int64_t m = b.vectors();
  const std::int64_t stretch = stretch_of(a.inner());
  const std::int64_t row_step = a.as_columns ? 1 : a.view.stride;
  const std::int64_t step = a.as_columns ? a.view.stride : 1;
  for (std::int64_t begin = 0; begin < a.inner(); begin += stretch) {
    const std::int64_t end = std::min(a.inner(), begin + stretch);
    for (std::int64_t j = 0; j < m; j += kColumns) {
      const std::int64_t columns = std::min<std::int64_t>(kColumns, m - j);
      Stretch now{a.view.data + begin * step, row_step, step, panel, kColumns, end - begin, add || begin > 0};
      if (b.as_columns && columns == kColumns && b.view.stride <= 4 * kColumns) {
        now.panel = b.view.row(begin) + j;  // what lies nearly side by side is read where it is
        now.panel_step = b.view.stride;
      } else {
        lay_out(b, j, begin, end, panel);
      }
      for (std::int64_t i = 0; i < n; i += kRows, now.a += kRows * row_step) {
        const std::int64_t rows = std::min<std::int64_t>(kRows, n - i);
        const RowsProduct product = kRowsProducts[static_cast<std::size_t>(rows - 1)];
        float* to = c + i * stride + j;
        if (columns == kColumns) {
          product(now, to, stride);
          continue;
        }
        float edge[kRows * kColumns] = {};
        for (std::int64_t r = 0; now.add && r < rows; ++r)
          std::copy_n(to + r * stride, columns, edge + r * kColumns);
        product(now, edge, kColumns);
        for (std::int64_t r = 0; r < rows; ++r) std::copy_n(edge + r * kColumns, columns, to + r * stride);
      }
    }
  }
}

}  // namespace nearfar
