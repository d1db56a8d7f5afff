#include "nearfar/mahalanobis/soft_neighbors.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "nearfar/core/error.h"
#include "nearfar/core/parallel.h"
#include "nearfar/core/product.h"
#include "nearfar/data/preprocess.h"
#include "nearfar/mahalanobis/lane_exp.h"

namespace nearfar {
namespace {

constexpr std::int64_t kTile = 768;       // columns of a tile
constexpr std::int64_t kBlock = 96;       // rows of a block
constexpr std::int64_t kAtOnce = 16;      // blocks whose column sums are kept; they are added in order
constexpr std::int64_t kExactBlock = 16;  // rows in one task
constexpr float kNever = -1e30F;          // the exponent of a pair that does not count

std::size_t at(std::int64_t i) { return static_cast<std::size_t>(i); }
std::int64_t filled_up(std::int64_t n) { return (n + kTile - 1) / kTile * kTile; }

LaneVector load(const float* from) {
  LaneVector lanes;
  std::memcpy(&lanes, from, sizeof lanes);
  return lanes;
}
void store(float* to, const LaneVector& lanes) { std::memcpy(to, &lanes, sizeof lanes); }

float largest_lane(const LaneVector& lanes) {
  float largest = lanes[0];
  for (int lane = 1; lane < kLanes; ++lane) largest = std::max(largest, lanes[lane]);
  return largest;
}
double lane_total(const LaneVector& lanes) {
  double sum = 0;
  for (int lane = 0; lane < kLanes; ++lane) sum += static_cast<double>(lanes[lane]);
  return sum;
}

// t_ij = 1 for rows of the same class.
struct KnownClasses {
  const std::int32_t* codes;

  [[nodiscard]] double between(std::int64_t i, std::int64_t j) const { return codes[i] == codes[j] ? 1 : 0; }
  // What the sums over e_j t_ij take.
  void weigh(LaneVector& e, std::int64_t i, std::int64_t j) const {
    e = (LaneVector)((LaneInts)e & same(i, j));
  }
  // e_j becomes e_j (t_ij - expected).
  void deviate(LaneVector& e, std::int64_t i, std::int64_t j, float expected) const {
    const LaneInts mask = same(i, j);
    const LaneVector alike = e * (1 - expected);
    const LaneVector unlike = e * -expected;
    e = (LaneVector)(((LaneInts)alike & mask) | ((LaneInts)unlike & ~mask));
  }

 private:
  [[nodiscard]] LaneInts same(std::int64_t i, std::int64_t j) const {
    LaneInts others;
    std::memcpy(&others, codes + j, sizeof others);
    return others == codes[i];
  }
};

// t_ij = y_j.
struct KnownTargets {
  const double* targets;
  const float* lanes;

  [[nodiscard]] double between(std::int64_t, std::int64_t j) const { return targets[j]; }
  void weigh(LaneVector& e, std::int64_t, std::int64_t j) const { e *= load(lanes + j); }
  void deviate(LaneVector& e, std::int64_t, std::int64_t j, float expected) const {
    e *= load(lanes + j) - expected;
  }
};

double squared_distance(const double* x, const double* y, std::int64_t d) {
  double sum = 0;
  for (std::int64_t c = 0; c < d; ++c) sum += (x[c] - y[c]) * (x[c] - y[c]);
  return sum;
}

// The rows of one block against all rows: e_ij = exp(-d_ij^2 + m) with m the largest exponent of the row up
// to the tile of j.
struct BlockRow {
  float largest = -std::numeric_limits<float>::infinity();
  double sum = 0;       // of e_ij, about `largest`
  double weighted = 0;  // of e_ij t_ij
};

}  // namespace

SoftNeighbors::SoftNeighbors(MatrixView x)
    : n_(x.rows), exact_(x.rows <= kExactRows), x_(Matrix::copy_of(x)), expected_(at(x.rows)) {
  if (n_ < 2) data_error("one row has no neighbour to choose");
  const std::vector<double> mean = column_means(x);
  for (std::int64_t i = 0; i < n_; ++i) {
    for (std::int64_t j = 0; j < x.cols; ++j)
      x_(i, j) = static_cast<float>(static_cast<double>(x_(i, j)) - mean[at(j)]);
  }
}

SoftNeighbors SoftNeighbors::of_classes(MatrixView x, std::span<const std::int32_t> classes) {
  SoftNeighbors objective(x);
  objective.classes_.assign(classes.begin(), classes.end());
  objective.classes_.resize(at(filled_up(x.rows)), -2);
  return objective;
}

SoftNeighbors SoftNeighbors::of_targets(MatrixView x, std::span<const double> targets) {
  SoftNeighbors objective(x);
  objective.targets_.assign(targets.begin(), targets.end());
  for (const double target : targets) objective.lane_targets_.push_back(static_cast<float>(target));
  objective.lane_targets_.resize(at(filled_up(x.rows)));
  return objective;
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
  if (exact_) {
    evaluate_exactly(l, gradient);
  } else if (targets_.empty()) {
    evaluate_blocked(KnownClasses{classes_.data()}, l, gradient);
  } else {
    evaluate_blocked(KnownTargets{targets_.data(), lane_targets_.data()}, l, gradient);
  }
  double sum = 0;
  for (std::int64_t i = 0; i < n_; ++i) sum += term(i);
  return sum;
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

void SoftNeighbors::evaluate_exactly(std::span<const double>, std::span<double> gradient) {
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

// --- in float, block by block
// --------------------------------------------------------------------------------

// With U = W X and the column sums c of W (its row sums are 0):
//   L sum_ij w_ij (x_i - x_j)(x_i - x_j)' = Z'(diag(c) X - U) - (U L')'X.
template <class Known>
void SoftNeighbors::evaluate_blocked(const Known& known, std::span<const double> l,
                                     std::span<double> gradient) {
  const std::int64_t d = x_.cols();
  const std::int64_t width = filled_up(n_);
  if (columns_.empty()) {
    columns_ = Matrix(d, width);
    const Matrix t = transposed(x_);
    for (std::int64_t c = 0; c < d; ++c) std::copy_n(t.row(c), n_, columns_.row(c));
  }
  // 2 z_i'z_j - |z_j|^2 = -d_ij^2 + |z_i|^2, and the last part is the same for all of row i.
  Matrix scaled(width, r_);
  std::vector<float> squares(at(width), -kNever);
  for (std::int64_t i = 0; i < n_; ++i) {
    double square = 0;
    for (std::int64_t c = 0; c < r_; ++c) {
      const auto value = static_cast<float>(std::sqrt(2.0) * z_[at(i * r_ + c)]);
      scaled(i, c) = value;
      square += static_cast<double>(value) * static_cast<double>(value) / 2;
    }
    squares[at(i)] = static_cast<float>(square);
  }
  Matrix pulled(n_, d);  // U
  std::vector<double> column_sums(at(width));
  std::vector<float> parts(at(kAtOnce * width));

  const auto block = [&](std::int64_t begin, float* sums) {
    const std::int64_t rows = std::min(kBlock, n_ - begin);
    const std::int64_t tiles = width / kTile;
    thread_local std::vector<float> memory;
    thread_local std::vector<float> shifts;
    memory.resize(at(kBlock * width));
    shifts.resize(at(kBlock * tiles));
    float* const e = memory.data();
    std::vector<BlockRow> own(at(rows));
    for (std::int64_t tile = 0; tile < tiles; ++tile) {
      const std::int64_t j0 = tile * kTile;
      multiply_abt(scaled.view().slice(begin, begin + rows), scaled.view().slice(j0, j0 + kTile), e + j0,
                   width);
      for (std::int64_t row = 0; row < rows; ++row) {
        const std::int64_t i = begin + row;
        float* const line = e + row * width + j0;
        if (i >= j0 && i < j0 + kTile) line[i - j0] = kNever;
        LaneVector highest = load(line) - load(squares.data() + j0);
        for (std::int64_t c = 0; c < kTile; c += kLanes) {
          const LaneVector exponent = load(line + c) - load(squares.data() + j0 + c);
          store(line + c, exponent);
          highest = exponent > highest ? exponent : highest;
        }
        BlockRow& sum = own[at(row)];
        const float before = sum.largest;
        sum.largest = std::max(sum.largest, largest_lane(highest));
        if (sum.largest > before && sum.sum > 0) {
          const double shrink = std::exp(static_cast<double>(before) - static_cast<double>(sum.largest));
          sum.sum *= shrink;
          sum.weighted *= shrink;
        }
        shifts[at(row * tiles + tile)] = sum.largest;
        LaneVector total = {};
        LaneVector weighted = {};
        for (std::int64_t c = 0; c < kTile; c += kLanes) {
          LaneVector value = load(line + c) - sum.largest;
          lane_exp(value);
          store(line + c, value);
          total += value;
          known.weigh(value, i, j0 + c);
          weighted += value;
        }
        sum.sum += lane_total(total);
        sum.weighted += lane_total(weighted);
      }
    }
    for (std::int64_t row = 0; row < rows; ++row)
      expected_[at(begin + row)] = own[at(row)].weighted / own[at(row)].sum;
    std::vector<double> sum_of_tiles(at(d * rows));
    Matrix product(d, rows);
    for (std::int64_t tile = 0; tile < tiles; ++tile) {
      const std::int64_t j0 = tile * kTile;
      for (std::int64_t row = 0; row < rows; ++row) {
        const std::int64_t i = begin + row;
        float* const line = e + row * width + j0;
        const BlockRow& sum = own[at(row)];
        const double shift =
            static_cast<double>(shifts[at(row * tiles + tile)]) - static_cast<double>(sum.largest);
        const auto factor = static_cast<float>(-slope(i) * std::exp(shift) / sum.sum);
        const auto expected = static_cast<float>(expected_[at(i)]);
        for (std::int64_t c = 0; c < kTile; c += kLanes) {
          LaneVector weight = load(line + c) * factor;
          known.deviate(weight, i, j0 + c, expected);
          store(line + c, weight);
          store(sums + j0 + c, load(sums + j0 + c) + weight);
        }
      }
      multiply_abt({columns_.data() + j0, d, kTile, width}, {e + j0, rows, kTile, width}, product.data(),
                   rows);
      for (std::int64_t k = 0; k < product.size(); ++k)
        sum_of_tiles[at(k)] += static_cast<double>(product.data()[k]);
    }
    for (std::int64_t row = 0; row < rows; ++row) {
      for (std::int64_t c = 0; c < d; ++c)
        pulled(begin + row, c) = static_cast<float>(sum_of_tiles[at(c * rows + row)]);
    }
  };

  const std::int64_t blocks = (n_ + kBlock - 1) / kBlock;
  for (std::int64_t first = 0; first < blocks; first += kAtOnce) {
    const std::int64_t count = std::min(kAtOnce, blocks - first);
    std::fill(parts.begin(), parts.end(), 0.0F);
    parallel_blocks(count, [&](std::int64_t b) { block((first + b) * kBlock, parts.data() + b * width); });
    parallel_ranges(n_, 4096, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t b = 0; b < count; ++b) {
        const float* part = parts.data() + b * width;
        for (std::int64_t j = begin; j < end; ++j) column_sums[at(j)] += static_cast<double>(part[j]);
      }
    });
  }
  Matrix rest(n_, d);  // diag(c) X - U
  for (std::int64_t i = 0; i < n_; ++i) {
    for (std::int64_t c = 0; c < d; ++c) {
      rest(i, c) = static_cast<float>(column_sums[at(i)] * static_cast<double>(x_(i, c)) -
                                      static_cast<double>(pulled(i, c)));
    }
  }
  const std::vector<double> first = multiply_atx(z_, r_, rest);
  const std::vector<double> second = multiply_atx(multiply_xlt(pulled, l, r_), r_, x_);
  for (std::size_t i = 0; i < first.size(); ++i) gradient[i] = 2 * (first[i] - second[i]);
}

}  // namespace nearfar
