#include "nearfar/loss/pair_distances.h"

#include <algorithm>
#include <cmath>

#include "nearfar/core/error.h"
#include "nearfar/core/parallel.h"
#include "nearfar/loss/row_products.h"
#include "nearfar/metric/lanes.h"

namespace nearfar {
namespace {

constexpr std::int64_t kNearBlock = 64;  // short distances in one task
// The product's rounding is about 1e-7 of the rows' squared lengths.
constexpr double kNear = 1.0 / 256;

template <class Scalar>
double square_sum(const Scalar* x, std::int64_t d) {
  return lane_sum<double>(
      d, [&](std::int64_t k) { return static_cast<double>(x[k]) * static_cast<double>(x[k]); });
}

template <class Scalar>
double square_difference(const Scalar* x, const Scalar* y, std::int64_t d) {
  return lane_sum<double>(d, [&](std::int64_t k) {
    const double delta = static_cast<double>(x[k]) - static_cast<double>(y[k]);
    return delta * delta;
  });
}

}  // namespace

template <class Scalar>
PairDistances<Scalar>::PairDistances(Rows<Scalar> x, Rows<Scalar> y, DistanceKind kind)
    : x_(x), y_(y), kind_(kind), distances_(static_cast<std::size_t>(x.rows * y.rows)) {
  if (!Distance(kind).info().trains)
    throw Error(ErrorKind::internal, "a distance without a gradient in a loss");
  if (kind_ == DistanceKind::manhattan) {
    fill_manhattan();
    return;
  }
  choose_shift_and_scale();
  px_ = prepare(x_);
  if (!same()) py_ = prepare(y_);
  fill_distances();
}

// Differences do not change when all rows move together; small rows lose less in a product.
template <class Scalar>
void PairDistances<Scalar>::choose_shift_and_scale() {
  if (kind_ == DistanceKind::cosine) return;  // its rows have length 1
  const std::int64_t d = x_.cols;
  std::vector<double> mean(static_cast<std::size_t>(d));
  if (kind_ == DistanceKind::euclidean || kind_ == DistanceKind::sqeuclidean) {
    for (std::int64_t i = 0; i < x_.rows; ++i) {
      for (std::int64_t k = 0; k < d; ++k)
        mean[static_cast<std::size_t>(k)] += static_cast<double>(x_.row(i)[k]);
    }
    for (double& value : mean) value /= static_cast<double>(std::max<std::int64_t>(1, x_.rows));
  }
  double largest = 0;
  for (const Rows<Scalar>& rows : {x_, y_}) {
    for (std::int64_t i = 0; i < rows.rows; ++i) {
      const Scalar* row = rows.row(i);
      largest = std::max(largest, lane_max<double>(d, [&](std::int64_t k) {
                           return std::abs(static_cast<double>(row[k]) - mean[static_cast<std::size_t>(k)]);
                         }));
    }
  }
  shift_.assign(mean.begin(), mean.end());
  if (!(largest > 0) || (largest > 1e-5 && largest < 1e5)) return;
  scale_ = static_cast<Scalar>(std::ldexp(1.0, std::clamp(-std::ilogb(largest), -120, 120)));
}

template <class Scalar>
typename PairDistances<Scalar>::Prepared PairDistances<Scalar>::prepare(Rows<Scalar> rows) const {
  const std::int64_t d = rows.cols;
  Prepared p;
  p.rows.resize(static_cast<std::size_t>(rows.rows * d));
  for (std::int64_t i = 0; i < rows.rows; ++i) {
    const Scalar* row = rows.row(i);
    Scalar* out = p.rows.data() + i * d;
    const auto scale = static_cast<double>(scale_);
    if (kind_ == DistanceKind::cosine) {
      const double length = std::sqrt(square_sum(row, d));
      p.lengths.push_back(length);
      for (std::int64_t k = 0; k < d; ++k)
        out[k] = length > 0 ? static_cast<Scalar>(static_cast<double>(row[k]) / length) : Scalar(0);
    } else if (kind_ == DistanceKind::snr) {
      const double mean = lane_sum<double>(d, [&](std::int64_t k) { return static_cast<double>(row[k]); }) /
                          static_cast<double>(std::max<std::int64_t>(1, d));
      for (std::int64_t k = 0; k < d; ++k)
        out[k] = static_cast<Scalar>((static_cast<double>(row[k]) - mean) * scale);
    } else {
      for (std::int64_t k = 0; k < d; ++k) {
        out[k] = static_cast<Scalar>(
            (static_cast<double>(row[k]) - static_cast<double>(shift_[static_cast<std::size_t>(k)])) * scale);
      }
    }
    p.squares.push_back(square_sum(out, d));
  }
  return p;
}

// With p the prepared rows, s the scale and g_ij = p_i'q_j:
//   euclidean    sqrt(|p_i|^2 + |q_j|^2 - 2 g_ij) / s         cosine   1 - g_ij, of rows of length 1
//   sqeuclidean  (|p_i|^2 + |q_j|^2 - 2 g_ij) / s^2           dot      -g_ij / s^2
//   snr          (|p_i|^2 + |q_j|^2 - 2 g_ij) / |p_i|^2, 0 for an anchor without variance
template <class Scalar>
void PairDistances<Scalar>::fill_distances() {
  const std::int64_t n = x_.rows;
  const std::int64_t m = y_.rows;
  const std::int64_t d = x_.cols;
  const Prepared& q = same() ? px_ : py_;
  const double unit = 1 / static_cast<double>(scale_);
  std::vector<std::vector<std::pair<std::int32_t, std::int32_t>>> near(
      static_cast<std::size_t>((n + kRowsInTask - 1) / kRowsInTask));
  parallel_ranges(n, kRowsInTask, [&](std::int64_t begin, std::int64_t end) {
    std::vector<Scalar> products(static_cast<std::size_t>((end - begin) * m));
    multiply_rows(px_.rows.data() + begin * d, end - begin, q.rows.data(), m, d, products.data());
    for (std::int64_t i = begin; i < end; ++i) {
      const Scalar* g = products.data() + (i - begin) * m;
      double* out = distances_.data() + i * m;
      const double own = px_.squares[static_cast<std::size_t>(i)];
      const double* others = q.squares.data();
      // What the distance is formed of, and how small it must be to be formed anew.
      std::int64_t short_ones = 0;
      if (kind_ == DistanceKind::dot) {
        for (std::int64_t j = 0; j < m; ++j) out[j] = -static_cast<double>(g[j]) * unit * unit;
      } else if (kind_ == DistanceKind::cosine) {
        for (std::int64_t j = 0; j < m; ++j) {
          out[j] = std::clamp(1 - static_cast<double>(g[j]), 0.0, 2.0);
          short_ones += out[j] < kNear ? 1 : 0;
        }
      } else {
        for (std::int64_t j = 0; j < m; ++j) {
          const double square = own + others[j] - 2 * static_cast<double>(g[j]);
          const bool is_short = square <= kNear * (own + others[j]);
          out[j] = is_short ? -1 : square;
          short_ones += is_short ? 1 : 0;
        }
      }
      if (short_ones > 0) {
        const double limit = kind_ == DistanceKind::cosine ? kNear : 0;
        for (std::int64_t j = 0; j < m; ++j) {
          if (out[j] >= limit) continue;
          out[j] = 0;
          if (!same() || j > i)
            near[static_cast<std::size_t>(begin / kRowsInTask)].emplace_back(static_cast<std::int32_t>(i),
                                                                             static_cast<std::int32_t>(j));
        }
      }
      if (kind_ == DistanceKind::euclidean) {
        for (std::int64_t j = 0; j < m; ++j) out[j] = std::sqrt(out[j]) * unit;
      } else if (kind_ == DistanceKind::sqeuclidean) {
        for (std::int64_t j = 0; j < m; ++j) out[j] *= unit * unit;
      } else if (kind_ == DistanceKind::snr) {
        const double inverse = own > 0 ? 1 / own : 0;
        for (std::int64_t j = 0; j < m; ++j) out[j] *= inverse;
      } else if (kind_ == DistanceKind::cosine && px_.lengths[static_cast<std::size_t>(i)] == 0) {
        for (std::int64_t j = 0; j < m; ++j) out[j] = q.lengths[static_cast<std::size_t>(j)] == 0 ? 0 : 1;
      }
      if (same() && kind_ != DistanceKind::dot) out[i] = 0;
    }
  });
  for (const auto& of_block : near) near_.insert(near_.end(), of_block.begin(), of_block.end());
  parallel_ranges(static_cast<std::int64_t>(near_.size()), kNearBlock,
                  [&](std::int64_t begin, std::int64_t end) {
                    for (std::int64_t t = begin; t < end; ++t) {
                      const auto [i, j] = near_[static_cast<std::size_t>(t)];
                      const Scalar* pi = px_.rows.data() + i * d;
                      const Scalar* qj = q.rows.data() + j * d;
                      double there = 0;
                      double back = 0;
                      if (kind_ == DistanceKind::cosine) {
                        there = back = square_difference(pi, qj, d) / 2;  // of rows of length 1
                      } else if (kind_ == DistanceKind::snr) {
                        const double square = square_difference(pi, qj, d);
                        const double vi = px_.squares[static_cast<std::size_t>(i)];
                        const double vj = q.squares[static_cast<std::size_t>(j)];
                        there = vi > 0 ? square / vi : 0;
                        back = vj > 0 ? square / vj : 0;
                      } else {
                        there = back = square_difference(x_.row(i), y_.row(j), d);
                        if (kind_ == DistanceKind::euclidean) there = back = std::sqrt(there);
                      }
                      distances_[static_cast<std::size_t>(i * m + j)] = there;
                      if (same()) distances_[static_cast<std::size_t>(j * m + i)] = back;
                    }
                  });
}

template <class Scalar>
void PairDistances<Scalar>::fill_manhattan() {
  parallel_ranges(x_.rows, kRowsInTask, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const Scalar* a = x_.row(i);
      for (std::int64_t j = 0; j < y_.rows; ++j) {
        const Scalar* b = y_.row(j);
        distances_[static_cast<std::size_t>(i * y_.rows + j)] = lane_sum<double>(
            x_.cols,
            [&](std::int64_t k) { return std::abs(static_cast<double>(a[k]) - static_cast<double>(b[k])); });
      }
    }
  });
}

template PairDistances<float>::PairDistances(Rows<float>, Rows<float>, DistanceKind);
template PairDistances<double>::PairDistances(Rows<double>, Rows<double>, DistanceKind);

}  // namespace nearfar
