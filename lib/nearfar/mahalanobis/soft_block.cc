#include "nearfar/mahalanobis/soft_block.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "nearfar/core/parallel.h"
#include "nearfar/core/product.h"
#include "nearfar/mahalanobis/soft_known.h"

namespace nearfar {
namespace {

constexpr std::int64_t kTile = 768;   // columns of a tile
constexpr std::int64_t kBlock = 96;   // rows of a block
constexpr std::int64_t kAtOnce = 16;  // blocks whose column sums are kept; they are added in order
constexpr float kNever = -1e30F;      // the exponent of a pair that does not count
constexpr float kNegligible = 30;     // an exponent so far below the largest adds nothing to a float

std::size_t at(std::int64_t i) { return static_cast<std::size_t>(i); }

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

// Rows times the square root of 2, and half their squared lengths, so that
// 2 z_i'z_j - |z_j|^2 = -d_ij^2 + |z_i|^2; the last part is the same for all of row i.
struct ScaledRows {
  Matrix rows;
  std::vector<float> squares;  // endless behind the last row

  ScaledRows(std::span<const double> z, std::int64_t n, std::int64_t r)
      : rows(soft_block_width(n), r), squares(at(soft_block_width(n)), -kNever) {
    for (std::int64_t i = 0; i < n; ++i) {
      double square = 0;
      for (std::int64_t c = 0; c < r; ++c) {
        const auto value = static_cast<float>(std::sqrt(2.0) * z[at(i * r + c)]);
        rows(i, c) = value;
        square += static_cast<double>(value) * static_cast<double>(value) / 2;
      }
      squares[at(i)] = static_cast<float>(square);
    }
  }
};

// Some anchors against all rows.
template <class Known>
class Block {
 public:
  Block(const SoftBlockInput& input, const ScaledRows& scaled, const Known& known,
        std::span<const std::int64_t> anchors)
      : input_(input),
        scaled_(scaled),
        known_(known),
        anchors_(anchors),
        rows_(std::ssize(anchors)),
        tiles_(scaled.rows.rows() / kTile),
        lines_(anchors.size()) {
    thread_local std::vector<float> memory;
    memory.resize(at(kBlock * scaled.rows.rows()));
    e_ = memory.data();
    shifts_.assign(at(rows_ * tiles_), kNever);
  }

  // e_ij = exp(-d_ij^2 + m), m the largest exponent of the row so far, and their sums. The tile of the first
  // of the anchors comes first: it mostly has the largest.
  void choose(std::vector<double>& expected) {
    const std::int64_t home = anchors_[0] / kTile;
    Matrix own(rows_, input_.r);
    for (std::int64_t row = 0; row < rows_; ++row)
      std::copy_n(scaled_.rows.row(anchors_[at(row)]), input_.r, own.row(row));
    for (std::int64_t t = 0; t < tiles_; ++t) {
      const std::int64_t tile = t == 0 ? home : t <= home ? t - 1 : t;
      const std::int64_t j0 = tile * kTile;
      multiply_abt(own, scaled_.rows.view().slice(j0, j0 + kTile), e_ + j0, scaled_.rows.rows());
      for (std::int64_t row = 0; row < rows_; ++row) choose_in(row, tile);
    }
    for (std::int64_t row = 0; row < rows_; ++row)
      expected[at(anchors_[at(row)])] = lines_[at(row)].weighted / lines_[at(row)].sum;
  }

  // w_ij, their sums over the rows into `sums`, and U.
  void pull(const std::vector<double>& expected, float* sums, Matrix& pulled) {
    const std::int64_t d = input_.x.cols();
    std::vector<double> total(at(d * rows_));
    Matrix weights(kBlock, kTile);
    Matrix product(d, kBlock);
    std::vector<std::int64_t> active;
    for (std::int64_t tile = 0; tile < tiles_; ++tile) {
      active.clear();
      for (std::int64_t row = 0; row < rows_; ++row) {
        // What was worth it when the tile came may not be now that the largest exponent is known.
        if (shift(row, tile) < lines_[at(row)].largest - kNegligible) continue;
        weigh_in(row, tile, expected[at(anchors_[at(row)])], sums, weights.row(std::ssize(active)));
        active.push_back(row);
      }
      if (active.empty()) continue;
      const std::int64_t j0 = tile * kTile;
      multiply_abt({input_.columns.data() + j0, d, kTile, input_.columns.cols()},
                   weights.view().slice(0, std::ssize(active)), product.data(), kBlock);
      for (std::int64_t c = 0; c < d; ++c) {
        for (std::size_t k = 0; k < active.size(); ++k)
          total[at(c * rows_ + active[k])] += static_cast<double>(product(c, static_cast<std::int64_t>(k)));
      }
    }
    for (std::int64_t row = 0; row < rows_; ++row) {
      for (std::int64_t c = 0; c < d; ++c)
        pulled(anchors_[at(row)], c) = static_cast<float>(total[at(c * rows_ + row)]);
    }
  }

 private:
  struct Line {
    float largest = kNever;
    double sum = 0;       // of e_ij, about `largest`
    double weighted = 0;  // of e_ij t_ij
  };

  [[nodiscard]] float& shift(std::int64_t row, std::int64_t tile) { return shifts_[at(row * tiles_ + tile)]; }
  [[nodiscard]] float* line(std::int64_t row, std::int64_t tile) {
    return e_ + row * scaled_.rows.rows() + tile * kTile;
  }

  void choose_in(std::int64_t row, std::int64_t tile) {
    const std::int64_t i = anchors_[at(row)];
    const std::int64_t j0 = tile * kTile;
    float* const e = line(row, tile);
    const float* const squares = scaled_.squares.data() + j0;
    if (i >= j0 && i < j0 + kTile) e[i - j0] = kNever;
    LaneVector highest = {};
    highest += kNever;
    for (std::int64_t c = 0; c < kTile; c += kLanes) {
      LaneVector exponent;
      LaneVector square;
      load_lanes(e + c, exponent);
      load_lanes(squares + c, square);
      exponent -= square;
      store_lanes(e + c, exponent);
      highest = exponent > highest ? exponent : highest;
    }
    Line& own = lines_[at(row)];
    const float here = largest_lane(highest);
    if (here < own.largest - kNegligible) return;
    if (here > own.largest) {
      const double shrink = std::exp(static_cast<double>(own.largest) - static_cast<double>(here));
      own.sum *= shrink;
      own.weighted *= shrink;
      own.largest = here;
    }
    shift(row, tile) = own.largest;
    LaneVector total = {};
    LaneVector weighted = {};
    for (std::int64_t c = 0; c < kTile; c += kLanes) {
      LaneVector value;
      load_lanes(e + c, value);
      value -= own.largest;
      lane_exp(value);
      store_lanes(e + c, value);
      total += value;
      known_.weigh(value, i, j0 + c);
      weighted += value;
    }
    own.sum += lane_total(total);
    own.weighted += lane_total(weighted);
  }

  void weigh_in(std::int64_t row, std::int64_t tile, double expected, float* sums, float* weights) {
    const std::int64_t i = anchors_[at(row)];
    const std::int64_t j0 = tile * kTile;
    const float* const e = line(row, tile);
    const Line& own = lines_[at(row)];
    const double fall = static_cast<double>(shift(row, tile)) - static_cast<double>(own.largest);
    const auto factor = static_cast<float>(input_.force(i) * std::exp(fall) / own.sum);
    for (std::int64_t c = 0; c < kTile; c += kLanes) {
      LaneVector weight;
      load_lanes(e + c, weight);
      weight *= factor;
      known_.deviate(weight, i, j0 + c, static_cast<float>(expected));
      store_lanes(weights + c, weight);
      LaneVector sum;
      load_lanes(sums + j0 + c, sum);
      sum += weight;
      store_lanes(sums + j0 + c, sum);
    }
  }

  const SoftBlockInput& input_;
  const ScaledRows& scaled_;
  const Known& known_;
  std::span<const std::int64_t> anchors_;
  std::int64_t rows_;
  std::int64_t tiles_;
  float* e_;                   // rows x width
  std::vector<float> shifts_;  // of each row and tile, the m of its e_ij; kNever where they are left out
  std::vector<Line> lines_;
};

}  // namespace

std::int64_t soft_block_width(std::int64_t n) { return (n + kTile - 1) / kTile * kTile; }

template <class Known>
SoftBlockSums soft_block_sums(const SoftBlockInput& input, const Known& known,
                              std::vector<double>& expected) {
  const std::int64_t n = input.x.rows();
  const ScaledRows scaled(input.z, n, input.r);
  const std::int64_t width = soft_block_width(n);
  SoftBlockSums result{Matrix(n, input.x.cols()), std::vector<double>(at(n))};
  std::vector<float> parts(at(kAtOnce * width));
  const std::int64_t anchors = std::ssize(input.anchors);
  const std::int64_t blocks = (anchors + kBlock - 1) / kBlock;
  for (std::int64_t first = 0; first < blocks; first += kAtOnce) {
    const std::int64_t count = std::min(kAtOnce, blocks - first);
    std::fill(parts.begin(), parts.end(), 0.0F);
    parallel_blocks(count, [&](std::int64_t b) {
      const std::int64_t begin = (first + b) * kBlock;
      Block<Known> block(input, scaled, known,
                         input.anchors.subspan(at(begin), at(std::min(kBlock, anchors - begin))));
      block.choose(expected);
      block.pull(expected, parts.data() + b * width, result.pulled);
    });
    parallel_ranges(n, 4096, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t b = 0; b < count; ++b) {
        const float* part = parts.data() + b * width;
        for (std::int64_t j = begin; j < end; ++j) result.column_sums[at(j)] += static_cast<double>(part[j]);
      }
    });
  }
  return result;
}

template SoftBlockSums soft_block_sums(const SoftBlockInput&, const KnownClasses&, std::vector<double>&);
template SoftBlockSums soft_block_sums(const SoftBlockInput&, const KnownTargets&, std::vector<double>&);

}  // namespace nearfar
