#include "nearfar/metric/affine_map.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "nearfar/metric/lanes.h"

namespace nearfar {
namespace {

constexpr double kNoPivot = 1e-12;  // of the largest element, 1: what rounding leaves of a zero

// A with its columns and rows divided by their largest elements, as elimination changes it.
class Elimination {
 public:
  explicit Elimination(const AffineMap& map)
      : rows_(map.outputs), cols_(map.inputs), a_(map.a), column_(static_cast<std::size_t>(cols_)) {
    std::iota(column_.begin(), column_.end(), 0);
    for (std::int64_t j = 0; j < cols_; ++j) {
      double largest = 0;
      for (std::int64_t i = 0; i < rows_; ++i) largest = std::max(largest, std::fabs(at(i, j)));
      column_scale_.push_back(largest > 0 ? largest : 1);
      for (std::int64_t i = 0; i < rows_; ++i) at(i, j) /= column_scale_.back();
    }
    for (std::int64_t i = 0; i < rows_; ++i) {
      const auto [low, high] = std::minmax_element(row(i), row(i) + cols_);
      const double largest = std::max(-*low, *high);
      for (std::int64_t j = 0; largest > 0 && j < cols_; ++j) at(i, j) /= largest;
    }
  }

  [[nodiscard]] Rank run() {
    Rank result;
    while (result.rank < std::min(rows_, cols_) && pivot(result.rank)) ++result.rank;
    if (result.rank < cols_) result.null_vector = null_vector(result.rank);
    return result;
  }

 private:
  double* row(std::int64_t i) { return a_.data() + i * cols_; }
  double& at(std::int64_t i, std::int64_t j) { return row(i)[j]; }

  // Brings the largest element of what is left to (k, k) and clears the column below it; false where nothing
  // is left.
  bool pivot(std::int64_t k) {
    std::int64_t best_row = k;
    std::int64_t best_column = k;
    for (std::int64_t i = k; i < rows_; ++i) {
      for (std::int64_t j = k; j < cols_; ++j) {
        if (std::fabs(at(i, j)) > std::fabs(at(best_row, best_column))) {
          best_row = i;
          best_column = j;
        }
      }
    }
    if (!(std::fabs(at(best_row, best_column)) > kNoPivot)) return false;
    if (best_row != k) std::swap_ranges(row(k), row(k) + cols_, row(best_row));
    if (best_column != k) {
      for (std::int64_t i = 0; i < rows_; ++i) std::swap(at(i, k), at(i, best_column));
      std::swap(column_[static_cast<std::size_t>(k)], column_[static_cast<std::size_t>(best_column)]);
    }
    for (std::int64_t i = k + 1; i < rows_; ++i) {
      const double factor = at(i, k) / at(k, k);
      if (factor == 0) continue;
      for (std::int64_t j = k; j < cols_; ++j) at(i, j) -= factor * at(k, j);
    }
    return true;
  }

  // U v = 0 with the first free variable at 1, by back substitution; then the scales are undone.
  [[nodiscard]] std::vector<double> null_vector(std::int64_t rank) {
    std::vector<double> solved(static_cast<std::size_t>(rank) + 1);
    solved.back() = 1;
    for (std::int64_t i = rank - 1; i >= 0; --i) {
      double sum = 0;
      for (std::int64_t j = i + 1; j <= rank; ++j) sum += at(i, j) * solved[static_cast<std::size_t>(j)];
      solved[static_cast<std::size_t>(i)] = -sum / at(i, i);
    }
    std::vector<double> v(static_cast<std::size_t>(cols_));
    double squares = 0;
    for (std::size_t i = 0; i < solved.size(); ++i) {
      const auto column = static_cast<std::size_t>(column_[i]);
      v[column] = solved[i] / column_scale_[column];
      squares += v[column] * v[column];
    }
    for (double& value : v) value /= std::sqrt(squares);
    return v;
  }

  std::int64_t rows_;
  std::int64_t cols_;
  std::vector<double> a_;
  std::vector<std::int64_t> column_;  // which column of A stands at this place
  std::vector<double> column_scale_;
};

}  // namespace

AffineMap AffineMap::identity(std::int64_t d) {
  AffineMap map{d, d, std::vector<double>(static_cast<std::size_t>(d * d)),
                std::vector<double>(static_cast<std::size_t>(d))};
  for (std::int64_t k = 0; k < d; ++k) map.a[static_cast<std::size_t>(k * d + k)] = 1;
  return map;
}

AffineMap AffineMap::then(MatrixView l) const {
  AffineMap product{inputs, l.rows, std::vector<double>(static_cast<std::size_t>(l.rows * inputs)),
                    std::vector<double>(static_cast<std::size_t>(l.rows))};
  for (std::int64_t r = 0; r < l.rows; ++r) {
    double* out = product.a.data() + r * inputs;
    for (std::int64_t k = 0; k < outputs; ++k) {
      const auto factor = static_cast<double>(l.row(r)[k]);
      if (factor == 0) continue;
      const double* in = a.data() + k * inputs;
      for (std::int64_t j = 0; j < inputs; ++j) out[j] += factor * in[j];
      product.b[static_cast<std::size_t>(r)] += factor * b[static_cast<std::size_t>(k)];
    }
  }
  return product;
}

void AffineMap::apply(const double* x, double* y) const {
  for (std::int64_t r = 0; r < outputs; ++r) {
    const double* row = a.data() + r * inputs;
    y[r] = b[static_cast<std::size_t>(r)] +
           lane_sum<double>(inputs, [=](std::int64_t i) { return row[i] * x[i]; });
  }
}

Rank rank_of(const AffineMap& map) { return Elimination(map).run(); }

}  // namespace nearfar
