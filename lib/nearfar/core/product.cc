#include "nearfar/core/product.h"

#include <Eigen/Core>
#include <algorithm>

#include "nearfar/core/error.h"
#include "nearfar/core/parallel.h"
#include "nearfar/core/product_tile.h"

namespace nearfar {
namespace {

// Of doubles, Eigen's kernel works on register blocks of 3 packets (6, 12 or 24 of them) by 4.
constexpr std::int64_t kRowStep = 4;
constexpr std::int64_t kDoubleStep = 24;
// One task: at most this part of C. 256 rows of a stretch of the inner index stay in the second-level cache.
constexpr std::int64_t kTileRows = 256;
constexpr std::int64_t kTileColumns = 768;
// A product of fewer tasks than this is cut further, while every task keeps as much work as waking a thread
// costs.
constexpr std::int64_t kFewestTiles = 4;
constexpr std::int64_t kLeastWork = std::int64_t{1} << 21U;  // multiplications

std::int64_t round_up(std::int64_t value, std::int64_t step) { return (value + step - 1) / step * step; }

// Eigen asks the processor for its caches and blocks by them; constants make the blocking, and so the bits,
// the same on every machine with this instruction set.
void fix_cache_sizes() {
  static const bool done = [] {
    Eigen::setCpuCacheSizes(32 * 1024, 1024 * 1024, 8 * 1024 * 1024);
    return true;
  }();
  (void)done;
}

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// How C is cut into tasks: by columns first, as every task lays out its vectors of B anew.
struct Tiling {
  std::int64_t rows;
  std::int64_t columns;

  Tiling(std::int64_t n, std::int64_t m, std::int64_t d)
      : rows(even_part(n, kTileRows, kProductRows)), columns(even_part(m, kTileColumns, kProductColumns)) {
    const auto tiles = [&] { return ((n + rows - 1) / rows) * ((m + columns - 1) / columns); };
    while (tiles() < kFewestTiles && rows * columns * d >= 2 * kLeastWork) {
      if (columns >= 2 * kProductColumns) {
        columns = round_up(columns / 2, kProductColumns);
      } else if (rows >= 2 * kProductRows) {
        rows = round_up(rows / 2, kProductRows);
      } else {
        return;
      }
    }
  }

 private:
  // The size of equal parts of at most `most`.
  static std::int64_t even_part(std::int64_t count, std::int64_t most, std::int64_t step) {
    const std::int64_t parts = (count + most - 1) / most;
    return round_up((count + parts - 1) / parts, step);
  }
};

void multiply(const ProductOperand& a, const ProductOperand& b, float* c, std::int64_t stride) {
  if (a.inner() != b.inner()) throw Error(ErrorKind::internal, "a product of rows of different lengths");
  const std::int64_t n = a.vectors();
  const std::int64_t m = b.vectors();
  if (n == 0 || m == 0) return;
  if (a.inner() == 0) {
    for (std::int64_t i = 0; i < n; ++i) std::fill_n(c + i * stride, m, 0.0F);
    return;
  }
  const Tiling tile(n, m, a.inner());
  const std::int64_t across = (m + tile.columns - 1) / tile.columns;
  const std::int64_t down = (n + tile.rows - 1) / tile.rows;
  parallel_blocks(down * across, [&](std::int64_t t) {
    const std::int64_t row = t / across * tile.rows;
    const std::int64_t column = t % across * tile.columns;
    multiply_tile(a.part(row, std::min(n, row + tile.rows)),
                  b.part(column, std::min(m, column + tile.columns)), c + row * stride + column, stride);
  });
}

}  // namespace

void multiply_abt(MatrixView a, MatrixView b, float* c, std::int64_t stride) {
  multiply({a, false}, {b, false}, c, stride);
}

void multiply_atb(MatrixView a, MatrixView b, float* c, std::int64_t stride) {
  multiply({a, true}, {b, true}, c, stride);
}

void multiply_ab(MatrixView a, MatrixView b, float* c, std::int64_t stride) {
  multiply({a, false}, {b, true}, c, stride);
}

Matrix multiply_abt(MatrixView a, MatrixView b) {
  Matrix c(a.rows, b.rows);
  multiply_abt(a, b, c.data(), c.cols());
  return c;
}

Matrix multiply_atb(MatrixView a, MatrixView b) {
  Matrix c(a.cols, b.cols);
  multiply_atb(a, b, c.data(), c.cols());
  return c;
}

Matrix multiply_ab(MatrixView a, MatrixView b) {
  Matrix c(a.rows, b.cols);
  multiply_ab(a, b, c.data(), c.cols());
  return c;
}

Matrix transposed(MatrixView a) {
  constexpr std::int64_t kSquare = 16;
  Matrix t(a.cols, a.rows);
  for (std::int64_t i0 = 0; i0 < a.rows; i0 += kSquare) {
    const std::int64_t i1 = std::min(a.rows, i0 + kSquare);
    for (std::int64_t j0 = 0; j0 < a.cols; j0 += kSquare) {
      const std::int64_t j1 = std::min(a.cols, j0 + kSquare);
      for (std::int64_t j = j0; j < j1; ++j) {
        for (std::int64_t i = i0; i < i1; ++i) t(j, i) = a.row(i)[j];
      }
    }
  }
  return t;
}

namespace {

constexpr std::int64_t kDoubleRows = 1024;  // of a block of rows in double, whose last one is filled up

RowMajor padded_block(MatrixView x, std::int64_t begin) {
  const std::int64_t rows = std::min(kDoubleRows, x.rows - begin);
  RowMajor block = RowMajor::Zero(kDoubleRows, round_up(x.cols, kDoubleStep));
  for (std::int64_t i = 0; i < rows; ++i) {
    for (std::int64_t j = 0; j < x.cols; ++j) block(i, j) = static_cast<double>(x.row(begin + i)[j]);
  }
  return block;
}

// `rows` rows of `cols` doubles, zeros around them.
RowMajor padded_double(const double* from, std::int64_t rows, std::int64_t cols, std::int64_t padded_rows) {
  RowMajor block = RowMajor::Zero(padded_rows, round_up(cols, kDoubleStep));
  for (std::int64_t i = 0; i < rows; ++i) {
    for (std::int64_t j = 0; j < cols; ++j) block(i, j) = from[i * cols + j];
  }
  return block;
}

}  // namespace

std::vector<double> multiply_xlt(MatrixView x, std::span<const double> l, std::int64_t r) {
  fix_cache_sizes();
  const RowMajor map = padded_double(l.data(), r, x.cols, round_up(r, kDoubleStep));
  std::vector<double> images(static_cast<std::size_t>(x.rows * r));
  parallel_blocks((x.rows + kDoubleRows - 1) / kDoubleRows, [&](std::int64_t b) {
    const std::int64_t begin = b * kDoubleRows;
    const RowMajor block = padded_block(x, begin) * map.transpose();
    for (std::int64_t i = 0; i < std::min(kDoubleRows, x.rows - begin); ++i)
      std::copy_n(block.data() + i * block.cols(), r, images.data() + (begin + i) * r);
  });
  return images;
}

std::vector<double> multiply_atx(std::span<const double> a, std::int64_t r, MatrixView x) {
  fix_cache_sizes();
  constexpr std::int64_t kAtOnce = 8;  // blocks whose products are kept; they are added in order
  const std::int64_t blocks = (x.rows + kDoubleRows - 1) / kDoubleRows;
  RowMajor total = RowMajor::Zero(round_up(r, kDoubleStep), round_up(x.cols, kDoubleStep));
  std::vector<RowMajor> parts(kAtOnce);
  for (std::int64_t first = 0; first < blocks; first += kAtOnce) {
    const std::int64_t count = std::min(kAtOnce, blocks - first);
    parallel_blocks(count, [&](std::int64_t b) {
      const std::int64_t begin = (first + b) * kDoubleRows;
      const std::int64_t rows = std::min(kDoubleRows, x.rows - begin);
      const RowMajor left = padded_double(a.data() + begin * r, rows, r, kDoubleRows);
      parts[static_cast<std::size_t>(b)].noalias() = left.transpose() * padded_block(x, begin);
    });
    for (std::int64_t b = 0; b < count; ++b) total += parts[static_cast<std::size_t>(b)];
  }
  std::vector<double> product(static_cast<std::size_t>(r * x.cols));
  for (std::int64_t i = 0; i < r; ++i)
    std::copy_n(total.data() + i * total.cols(), x.cols, product.data() + i * x.cols);
  return product;
}

Dense multiply(const Dense& a, const Dense& b) {
  if (a.cols != b.rows) throw Error(ErrorKind::internal, "a product of matrices that do not fit");
  fix_cache_sizes();
  const std::int64_t inner = round_up(std::max<std::int64_t>(a.cols, 1), kDoubleStep);
  const std::int64_t columns = round_up(std::max<std::int64_t>(b.cols, 1), kDoubleStep);
  RowMajor left = RowMajor::Zero(round_up(std::max<std::int64_t>(a.rows, 1), kRowStep), inner);
  RowMajor right = RowMajor::Zero(inner, columns);
  for (std::int64_t i = 0; i < a.rows; ++i) std::copy_n(a.row(i), a.cols, left.row(i).data());
  for (std::int64_t i = 0; i < b.rows; ++i) std::copy_n(b.row(i), b.cols, right.row(i).data());
  RowMajor product = RowMajor::Zero(left.rows(), columns);
  product.noalias() += left * right;
  Dense c(a.rows, b.cols);
  for (std::int64_t i = 0; i < c.rows; ++i) std::copy_n(product.row(i).data(), c.cols, c.row(i));
  return c;
}

Dense outer_sum(std::int64_t count, std::int64_t d,
                const std::function<void(std::int64_t i, double* r)>& write) {
  fix_cache_sizes();
  constexpr std::int64_t kChunk = 2048;  // rows summed at a time; chunks are added in order
  const std::int64_t padded = round_up(std::max<std::int64_t>(d, 1), kDoubleStep);
  RowMajor total = RowMajor::Zero(padded, padded);
  RowMajor chunk;
  for (std::int64_t begin = 0; begin < count; begin += kChunk) {
    const std::int64_t rows = std::min(kChunk, count - begin);
    chunk.setZero(rows, padded);
    for (std::int64_t i = 0; i < rows; ++i) write(begin + i, chunk.row(i).data());
    total.noalias() += chunk.transpose() * chunk;
  }
  Dense sum(d, d);
  for (std::int64_t i = 0; i < d; ++i) {
    for (std::int64_t j = 0; j < d; ++j) sum(i, j) = total(std::min(i, j), std::max(i, j));
  }
  return sum;
}

std::vector<double> scatter_matrix(MatrixView x, std::span<const double> shift) {
  return outer_sum(x.rows, x.cols,
                   [&](std::int64_t i, double* r) {
                     const float* row = x.row(i);
                     for (std::int64_t j = 0; j < x.cols; ++j) {
                       r[j] = static_cast<double>(row[j]) - shift[static_cast<std::size_t>(j)];
                     }
                   })
      .values;
}

}  // namespace nearfar
