#include "nearfar/mahalanobis/soft_neighbors.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "nearfar/core/advice.h"
#include "nearfar/core/error.h"
#include "nearfar/core/parallel.h"
#include "nearfar/core/product.h"
#include "nearfar/core/random.h"
#include "nearfar/data/preprocess.h"
#include "nearfar/mahalanobis/soft_block.h"
#include "nearfar/mahalanobis/soft_known.h"

namespace nearfar {
namespace {

constexpr std::int64_t kExactBlock = 16;  // rows in one task

std::size_t at(std::int64_t i) { return static_cast<std::size_t>(i); }

// 0, 1, ..., sorted by what they stand for; equal ones in their order.
template <class Value>
std::vector<std::int64_t> sorted_by(std::span<const Value> values) {
  std::vector<std::int64_t> order(values.size());
  std::iota(order.begin(), order.end(), std::int64_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::int64_t a, std::int64_t b) { return values[at(a)] < values[at(b)]; });
  return order;
}

double squared_distance(const double* x, const double* y, std::int64_t d) {
  double sum = 0;
  for (std::int64_t c = 0; c < d; ++c) sum += (x[c] - y[c]) * (x[c] - y[c]);
  return sum;
}

}  // namespace

SoftNeighbors::SoftNeighbors(MatrixView x, std::vector<std::int64_t> order, std::uint64_t seed)
    : order_(std::move(order)),
      n_(x.rows),
      exact_(x.rows <= kExactRows),
      x_(x.rows, x.cols),
      expected_(at(x.rows)) {
  if (n_ < 2) data_error("one row has no neighbour to choose", {}, kTwoRows);
  const std::vector<double> mean = column_means(x);
  for (std::int64_t i = 0; i < n_; ++i) {
    const float* row = x.row(order_[at(i)]);
    for (std::int64_t j = 0; j < x.cols; ++j)
      x_(i, j) = static_cast<float>(static_cast<double>(row[j]) - mean[at(j)]);
  }
  anchors_.resize(at(n_));
  std::iota(anchors_.begin(), anchors_.end(), std::int64_t{0});
  drawn_ = anchors_;
  Random(seed, RandomPurpose::batches).shuffle(std::span(drawn_));
}

void SoftNeighbors::use_terms(std::int64_t terms) {
  anchors_.assign(drawn_.begin(), drawn_.begin() + std::clamp<std::int64_t>(terms, 1, n_));
  std::sort(anchors_.begin(), anchors_.end());
  in_parts_ = in_parts_ || !complete();
}

SoftNeighbors SoftNeighbors::of_classes(MatrixView x, std::span<const std::int32_t> classes,
                                        std::uint64_t seed) {
  SoftNeighbors objective(x, sorted_by(classes), seed);
  for (const std::int64_t row : objective.order_) objective.classes_.push_back(classes[at(row)]);
  objective.classes_.resize(at(soft_block_width(x.rows)), -2);
  return objective;
}

SoftNeighbors SoftNeighbors::of_targets(MatrixView x, std::span<const double> targets) {
  SoftNeighbors objective(x, sorted_by(targets), 0);
  for (const std::int64_t row : objective.order_) {
    objective.targets_.push_back(targets[at(row)]);
    objective.lane_targets_.push_back(static_cast<float>(targets[at(row)]));
  }
  objective.lane_targets_.resize(at(soft_block_width(x.rows)));
  return objective;
}

std::vector<double> SoftNeighbors::expected() const {
  std::vector<double> named(expected_.size());
  for (std::int64_t i = 0; i < n_; ++i) named[at(order_[at(i)])] = expected_[at(i)];
  return named;
}

double SoftNeighbors::term(std::int64_t i) const {
  if (targets_.empty()) return -expected_[at(i)];
  const double error = expected_[at(i)] - targets_[at(i)];
  return error * error;
}

double SoftNeighbors::slope(std::int64_t i) const {
  return targets_.empty() ? -1 : 2 * (expected_[at(i)] - targets_[at(i)]);
}

double SoftNeighbors::evaluate(std::span<const double> l, std::span<double> gradient) {
  r_ = static_cast<std::int64_t>(l.size()) / x_.cols();
  z_ = multiply_xlt(x_, l, r_);
  if (exact_ && complete()) {
    evaluate_exactly(gradient);
  } else {
    evaluate_blocked(l, gradient);
  }
  double sum = 0;
  for (const std::int64_t i : anchors_) sum += term(i);
  const double scale = static_cast<double>(n_) / static_cast<double>(anchors_.size());
  for (double& value : gradient) value *= scale;
  return scale * sum;
}

// --- in double ---------------------------------------------------------------------------------------------

template <class Known>
void SoftNeighbors::exact_row_sums(const Known& known, std::vector<double>& log_sums) {
  parallel_ranges(n_, kExactBlock, [&](std::int64_t begin, std::int64_t end) {
    std::vector<double> exponents(at(n_));
    for (std::int64_t i = begin; i < end; ++i) {
      double largest = -std::numeric_limits<double>::infinity();
      for (std::int64_t j = 0; j < n_; ++j) {
        exponents[at(j)] = -squared_distance(z_.data() + i * r_, z_.data() + j * r_, r_);
        if (j != i) largest = std::max(largest, exponents[at(j)]);
      }
      double sum = 0;
      double weighted = 0;
      for (std::int64_t j = 0; j < n_; ++j) {
        if (j == i) continue;
        const double e = std::exp(exponents[at(j)] - largest);
        sum += e;
        weighted += e * known.between(i, j);
      }
      expected_[at(i)] = weighted / sum;
      log_sums[at(i)] = largest + std::log(sum);
    }
  });
}

// F_i = sum_j (w_ij + w_ji)(z_i - z_j).
template <class Known>
void SoftNeighbors::exact_forces(const Known& known, const std::vector<double>& log_sums,
                                 std::vector<double>& forces) {
  parallel_ranges(n_, kExactBlock, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const double* zi = z_.data() + i * r_;
      double* force = forces.data() + i * r_;
      for (std::int64_t j = 0; j < n_; ++j) {
        if (j == i) continue;
        const double* zj = z_.data() + j * r_;
        const double exponent = -squared_distance(zi, zj, r_);
        const double weight =
            -slope(i) * std::exp(exponent - log_sums[at(i)]) * (known.between(i, j) - expected_[at(i)]) -
            slope(j) * std::exp(exponent - log_sums[at(j)]) * (known.between(j, i) - expected_[at(j)]);
        for (std::int64_t c = 0; c < r_; ++c) force[c] += weight * (zi[c] - zj[c]);
      }
    }
  });
}

void SoftNeighbors::evaluate_exactly(std::span<double> gradient) {
  std::vector<double> log_sums(at(n_));
  std::vector<double> forces(z_.size());
  const auto with = [&](const auto& known) {
    exact_row_sums(known, log_sums);
    exact_forces(known, log_sums, forces);
  };
  if (targets_.empty()) {
    with(KnownClasses{classes_.data()});
  } else {
    with(KnownTargets{targets_.data(), lane_targets_.data()});
  }
  const std::vector<double> product = multiply_atx(forces, r_, x_);  // F'X
  for (std::size_t i = 0; i < product.size(); ++i) gradient[i] = 2 * product[i];
}

// --- in float, block by block ---------------------------------------------------------------------------

// With U = W X and the column sums c of W (its row sums are 0):
//   L sum_ij w_ij (x_i - x_j)(x_i - x_j)' = Z'(diag(c) X - U) - (U L')'X.
void SoftNeighbors::evaluate_blocked(std::span<const double> l, std::span<double> gradient) {
  const std::int64_t d = x_.cols();
  if (columns_.empty()) {
    columns_ = Matrix(d, soft_block_width(n_));
    const Matrix t = transposed(x_);
    for (std::int64_t c = 0; c < d; ++c) std::copy_n(t.row(c), n_, columns_.row(c));
  }
  const SoftBlockInput input{x_, columns_, z_, r_, anchors_, [&](std::int64_t i) { return -slope(i); }};
  const SoftBlockSums sums =
      targets_.empty()
          ? soft_block_sums(input, KnownClasses{classes_.data()}, expected_)
          : soft_block_sums(input, KnownTargets{targets_.data(), lane_targets_.data()}, expected_);
  Matrix rest(n_, d);  // diag(c) X - U
  for (std::int64_t i = 0; i < n_; ++i) {
    for (std::int64_t c = 0; c < d; ++c) {
      rest(i, c) = static_cast<float>(sums.column_sums[at(i)] * static_cast<double>(x_(i, c)) -
                                      static_cast<double>(sums.pulled(i, c)));
    }
  }
  const std::vector<double> first = multiply_atx(z_, r_, rest);
  const std::vector<double> second = multiply_atx(multiply_xlt(sums.pulled, l, r_), r_, x_);
  for (std::size_t i = 0; i < first.size(); ++i) gradient[i] = 2 * (first[i] - second[i]);
}

}  // namespace nearfar
