#include "nearfar/core/product.h"

#include <Eigen/Core>
#include <algorithm>

#include "nearfar/core/error.h"
#include "nearfar/core/parallel.h"

namespace nearfar {
namespace {

// Eigen's kernel works on register blocks of 3 packets (12, 24 or 48 floats; 6, 12 or 24 doubles) by 4. Seen
// from a row-major result, the packets run along the columns of C (the rows of B) and the 4 along the rows of
// C.
constexpr std::int64_t kColumnStep = 48;
constexpr std::int64_t kRowStep = 4;
constexpr std::int64_t kDoubleStep = 24;
// One task: at most this part of C. 256 x 768 keeps both packed operands in the second-level cache for d <=
// 256.
constexpr std::int64_t kTileRows = 256;
constexpr std::int64_t kTileColumns = 768;

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

template <class Scalar>
using RowMajor = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
template <class Scalar>
using ConstMap = Eigen::Map<const RowMajor<Scalar>, 0, Eigen::OuterStride<>>;
template <class Scalar>
using Map = Eigen::Map<RowMajor<Scalar>, 0, Eigen::OuterStride<>>;

ConstMap<float> map(MatrixView view, std::int64_t rows) {
  return {view.data, rows, view.cols, Eigen::OuterStride<>(view.stride)};
}

// The rows [begin, end) of `view`, as a map of `padded` rows: in place when they are enough, else from a copy
// in `scratch` with zero rows below.
ConstMap<float> padded_rows(MatrixView view, std::int64_t begin, std::int64_t end, std::int64_t padded,
                            Matrix& scratch) {
  const MatrixView part = view.slice(begin, end);
  if (part.rows == padded) return map(part, padded);
  if (scratch.rows() != padded || scratch.cols() != view.cols) scratch = Matrix(padded, view.cols);
  for (std::int64_t i = 0; i < part.rows; ++i) std::copy_n(part.row(i), part.cols, scratch.row(i));
  return map(scratch, padded);
}

void multiply_tile(MatrixView a, MatrixView b, float* c, std::int64_t stride, std::int64_t row,
                   std::int64_t column) {
  const std::int64_t rows = std::min(kTileRows, a.rows - row);
  const std::int64_t columns = std::min(kTileColumns, b.rows - column);
  const std::int64_t padded_a = round_up(rows, kRowStep);
  const std::int64_t padded_b = round_up(columns, kColumnStep);
  Matrix scratch_a;
  Matrix scratch_b;
  const ConstMap<float> left = padded_rows(a, row, row + rows, padded_a, scratch_a);
  const ConstMap<float> right = padded_rows(b, column, column + columns, padded_b, scratch_b);
  float* target = c + row * stride + column;
  if (padded_a == rows && padded_b == columns) {
    Map<float>(target, rows, columns, Eigen::OuterStride<>(stride)).noalias() = left * right.transpose();
    return;
  }
  Matrix product(padded_a, padded_b);
  Map<float>(product.data(), padded_a, padded_b, Eigen::OuterStride<>(padded_b)).noalias() =
      left * right.transpose();
  for (std::int64_t i = 0; i < rows; ++i) std::copy_n(product.row(i), columns, target + i * stride);
}

}  // namespace

void multiply_abt(MatrixView a, MatrixView b, float* c, std::int64_t stride) {
  if (a.cols != b.cols) throw Error(ErrorKind::internal, "a product of rows of different lengths");
  if (a.rows == 0 || b.rows == 0) return;
  if (a.cols == 0) {
    for (std::int64_t i = 0; i < a.rows; ++i) std::fill_n(c + i * stride, b.rows, 0.0F);
    return;
  }
  fix_cache_sizes();
  const std::int64_t tile_columns = (b.rows + kTileColumns - 1) / kTileColumns;
  const std::int64_t tile_rows = (a.rows + kTileRows - 1) / kTileRows;
  parallel_blocks(tile_rows * tile_columns, [&](std::int64_t tile) {
    multiply_tile(a, b, c, stride, tile / tile_columns * kTileRows, tile % tile_columns * kTileColumns);
  });
}

Matrix multiply_abt(MatrixView a, MatrixView b) {
  Matrix c(a.rows, b.rows);
  multiply_abt(a, b, c.data(), c.cols());
  return c;
}

Matrix multiply_atb(MatrixView a, MatrixView b) { return multiply_abt(transposed(a), transposed(b)); }

Matrix multiply_ab(MatrixView a, MatrixView b) { return multiply_abt(a, transposed(b)); }

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

RowMajor<double> padded_block(MatrixView x, std::int64_t begin) {
  const std::int64_t rows = std::min(kDoubleRows, x.rows - begin);
  RowMajor<double> block = RowMajor<double>::Zero(kDoubleRows, round_up(x.cols, kDoubleStep));
  for (std::int64_t i = 0; i < rows; ++i) {
    for (std::int64_t j = 0; j < x.cols; ++j) block(i, j) = static_cast<double>(x.row(begin + i)[j]);
  }
  return block;
}

// `rows` rows of `cols` doubles, zeros around them.
RowMajor<double> padded_double(const double* from, std::int64_t rows, std::int64_t cols,
                               std::int64_t padded_rows) {
  RowMajor<double> block = RowMajor<double>::Zero(padded_rows, round_up(cols, kDoubleStep));
  for (std::int64_t i = 0; i < rows; ++i) {
    for (std::int64_t j = 0; j < cols; ++j) block(i, j) = from[i * cols + j];
  }
  return block;
}

}  // namespace

std::vector<double> multiply_xlt(MatrixView x, std::span<const double> l, std::int64_t r) {
  fix_cache_sizes();
  const RowMajor<double> map = padded_double(l.data(), r, x.cols, round_up(r, kDoubleStep));
  std::vector<double> images(static_cast<std::size_t>(x.rows * r));
  parallel_blocks((x.rows + kDoubleRows - 1) / kDoubleRows, [&](std::int64_t b) {
    const std::int64_t begin = b * kDoubleRows;
    const RowMajor<double> block = padded_block(x, begin) * map.transpose();
    for (std::int64_t i = 0; i < std::min(kDoubleRows, x.rows - begin); ++i)
      std::copy_n(block.data() + i * block.cols(), r, images.data() + (begin + i) * r);
  });
  return images;
}

std::vector<double> multiply_atx(std::span<const double> a, std::int64_t r, MatrixView x) {
  fix_cache_sizes();
  constexpr std::int64_t kAtOnce = 8;  // blocks whose products are kept; they are added in order
  const std::int64_t blocks = (x.rows + kDoubleRows - 1) / kDoubleRows;
  RowMajor<double> total = RowMajor<double>::Zero(round_up(r, kDoubleStep), round_up(x.cols, kDoubleStep));
  std::vector<RowMajor<double>> parts(kAtOnce);
  for (std::int64_t first = 0; first < blocks; first += kAtOnce) {
    const std::int64_t count = std::min(kAtOnce, blocks - first);
    parallel_blocks(count, [&](std::int64_t b) {
      const std::int64_t begin = (first + b) * kDoubleRows;
      const std::int64_t rows = std::min(kDoubleRows, x.rows - begin);
      const RowMajor<double> left = padded_double(a.data() + begin * r, rows, r, kDoubleRows);
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
  RowMajor<double> left =
      RowMajor<double>::Zero(round_up(std::max<std::int64_t>(a.rows, 1), kRowStep), inner);
  RowMajor<double> right = RowMajor<double>::Zero(inner, columns);
  for (std::int64_t i = 0; i < a.rows; ++i) std::copy_n(a.row(i), a.cols, left.row(i).data());
  for (std::int64_t i = 0; i < b.rows; ++i) std::copy_n(b.row(i), b.cols, right.row(i).data());
  RowMajor<double> product = RowMajor<double>::Zero(left.rows(), columns);
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
  RowMajor<double> total = RowMajor<double>::Zero(padded, padded);
  RowMajor<double> chunk;
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
