#include "nearfar/loss/pair_distances.h"

#include <algorithm>
#include <cmath>

#include "nearfar/core/error.h"
#include "nearfar/core/parallel.h"
#include "nearfar/core/product.h"
#include "nearfar/metric/lanes.h"

namespace nearfar {
namespace {

constexpr std::int64_t kBlock = 160;     // rows in one task: to wake another thread costs as much as fewer
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

template <class Scalar>
Scalar dot(const Scalar* x, const Scalar* y, std::int64_t d) {
  return lane_sum<Scalar>(d, [&](std::int64_t k) { return x[k] * y[k]; });
}

// out = A B' for A (n x d), B (m x d), rows without gaps.
void multiply(const float* a, std::int64_t n, const float* b, std::int64_t m, std::int64_t d, float* out) {
  multiply_abt({a, n, d, d}, {b, m, d, d}, out, m);
}
void multiply(const double* a, std::int64_t n, const double* b, std::int64_t m, std::int64_t d, double* out) {
  for (std::int64_t i = 0; i < n; ++i) {
    for (std::int64_t j = 0; j < m; ++j) out[i * m + j] = dot(a + i * d, b + j * d, d);
  }
}

template <class Scalar>
std::vector<Scalar> turned(const Scalar* a, std::int64_t rows, std::int64_t cols) {
  constexpr std::int64_t kSquare = 16;
  std::vector<Scalar> t(static_cast<std::size_t>(rows * cols));
  for (std::int64_t i0 = 0; i0 < rows; i0 += kSquare) {
    for (std::int64_t j0 = 0; j0 < cols; j0 += kSquare) {
      for (std::int64_t j = j0; j < std::min(cols, j0 + kSquare); ++j) {
        for (std::int64_t i = i0; i < std::min(rows, i0 + kSquare); ++i)
          t[static_cast<std::size_t>(j * rows + i)] = a[i * cols + j];
      }
    }
  }
  return t;
}

bool of_differences(DistanceKind kind) {
  return kind == DistanceKind::euclidean || kind == DistanceKind::sqeuclidean || kind == DistanceKind::snr;
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
      static_cast<std::size_t>((n + kBlock - 1) / kBlock));
  parallel_ranges(n, kBlock, [&](std::int64_t begin, std::int64_t end) {
    std::vector<Scalar> products(static_cast<std::size_t>((end - begin) * m));
    multiply(px_.rows.data() + begin * d, end - begin, q.rows.data(), m, d, products.data());
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
            near[static_cast<std::size_t>(begin / kBlock)].emplace_back(static_cast<std::int32_t>(i),
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
  parallel_ranges(x_.rows, kBlock, [&](std::int64_t begin, std::int64_t end) {
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

// The gradient by the prepared rows is, with c_ij from the weights w_ij (and c_ij + c_ji where x is y),
//   of differences  (sum_j c_ij) p_i - sum_j c_ij q_j     euclidean c = w / d,  sqeuclidean 2 w,  snr 2 w /
//   |p_i|^2 of products     sum_j c_ij q_j                        cosine, dot c = -w
// and under snr row i moves its own variance: - 2 p_i (sum_j w_ij d_ij) / |p_i|^2.
template <class Scalar>
void PairDistances<Scalar>::coefficients(std::span<const double> weights, std::vector<Scalar>& c,
                                         std::vector<double>& of_row) const {
  const std::int64_t n = x_.rows;
  const std::int64_t m = y_.rows;
  c.resize(static_cast<std::size_t>(n * m));
  of_row.assign(static_cast<std::size_t>(n), 0);
  parallel_ranges(n, kBlock, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const double* w = weights.data() + i * m;
      const double* d = distances_.data() + i * m;
      Scalar* out = c.data() + i * m;
      if (kind_ == DistanceKind::euclidean) {
        for (std::int64_t j = 0; j < m; ++j) out[j] = static_cast<Scalar>(d[j] > 0 ? w[j] / d[j] : 0.0);
      } else if (kind_ == DistanceKind::sqeuclidean) {
        for (std::int64_t j = 0; j < m; ++j) out[j] = static_cast<Scalar>(2 * w[j]);
      } else if (kind_ == DistanceKind::snr) {
        const double variance = px_.squares[static_cast<std::size_t>(i)];
        const double inverse = variance > 0 ? 1 / variance : 0;
        for (std::int64_t j = 0; j < m; ++j) out[j] = static_cast<Scalar>(2 * w[j] * inverse);
        of_row[static_cast<std::size_t>(i)] =
            -2 * inverse * lane_sum<double>(m, [&](std::int64_t j) { return w[j] * d[j]; });
      } else {
        for (std::int64_t j = 0; j < m; ++j) out[j] = static_cast<Scalar>(-w[j]);
      }
    }
  });
  if (kind_ == DistanceKind::euclidean) {  // the shortest are added on their own
    for (const auto& [i, j] : near_) {
      c[static_cast<std::size_t>(i * m + j)] = 0;
      if (same()) c[static_cast<std::size_t>(j * m + i)] = 0;
    }
  }
  if (same()) {
    const std::vector<Scalar> t = turned(c.data(), n, n);
    for (std::size_t k = 0; k < c.size(); ++k) c[k] += t[k];
  }
}

// One side's gradient: of x by c, or of y by c turned (then given so).
template <class Scalar>
std::vector<Scalar> PairDistances<Scalar>::side(bool of_x, const std::vector<Scalar>& c,
                                                std::span<const double> of_row) const {
  const Prepared& own = of_x || same() ? px_ : py_;
  const Prepared& other = of_x && !same() ? py_ : px_;
  const std::int64_t n = static_cast<std::int64_t>(own.squares.size());
  const std::int64_t m = static_cast<std::int64_t>(other.squares.size());
  const std::int64_t d = x_.cols;
  const std::vector<Scalar> columns = turned(other.rows.data(), m, d);
  const auto scale = static_cast<double>(scale_);
  const double unit = kind_ == DistanceKind::snr ? scale : 1 / scale;
  std::vector<Scalar> gradient(static_cast<std::size_t>(n * d));
  parallel_ranges(n, kBlock, [&](std::int64_t begin, std::int64_t end) {
    multiply(c.data() + begin * m, end - begin, columns.data(), d, m, gradient.data() + begin * d);
    for (std::int64_t i = begin; i < end; ++i) {
      const Scalar* p = own.rows.data() + i * d;
      const Scalar* row = c.data() + i * m;
      Scalar* g = gradient.data() + i * d;
      if (of_differences(kind_)) {
        const double sum = lane_sum<double>(m, [&](std::int64_t j) { return static_cast<double>(row[j]); }) +
                           (of_row.empty() ? 0 : of_row[static_cast<std::size_t>(i)]);
        for (std::int64_t k = 0; k < d; ++k)
          g[k] = static_cast<Scalar>((sum * static_cast<double>(p[k]) - static_cast<double>(g[k])) * unit);
      } else if (kind_ == DistanceKind::cosine) {
        // Of a row of length 1 only what is at right angles to it changes the direction.
        const double length = own.lengths[static_cast<std::size_t>(i)];
        const double inverse = length > 0 ? 1 / length : 0;
        const double along = lane_sum<double>(
            d, [&](std::int64_t k) { return static_cast<double>(g[k]) * static_cast<double>(p[k]); });
        for (std::int64_t k = 0; k < d; ++k)
          g[k] =
              static_cast<Scalar>((static_cast<double>(g[k]) - along * static_cast<double>(p[k])) * inverse);
      } else {
        for (std::int64_t k = 0; k < d; ++k) g[k] = static_cast<Scalar>(static_cast<double>(g[k]) * unit);
      }
      if (kind_ == DistanceKind::snr) {  // through the row's mean
        const double mean = lane_sum<double>(d, [&](std::int64_t k) { return static_cast<double>(g[k]); }) /
                            static_cast<double>(d);
        for (std::int64_t k = 0; k < d; ++k) g[k] = static_cast<Scalar>(static_cast<double>(g[k]) - mean);
      }
    }
  });
  return gradient;
}

// w_ij / d_ij (x_i - y_j), and w_ji with it where x is y.
template <class Scalar>
void PairDistances<Scalar>::add_near(std::span<const double> weights, Gradients& gradients) const {
  const std::int64_t m = y_.rows;
  const std::int64_t dim = x_.cols;
  for (const auto& [i, j] : near_) {
    const double d = distances_[static_cast<std::size_t>(i * m + j)];
    const double w = weights[static_cast<std::size_t>(i * m + j)] +
                     (same() ? weights[static_cast<std::size_t>(j * m + i)] : 0);
    if (w == 0 || d == 0) continue;
    const double c = w / d;
    const Scalar* a = x_.row(i);
    const Scalar* b = y_.row(j);
    Scalar* ga = gradients.x.data() + i * dim;
    Scalar* gb = (same() ? gradients.x.data() : gradients.y.data()) + j * dim;
    for (std::int64_t k = 0; k < dim; ++k) {
      const auto step = static_cast<Scalar>(c * (static_cast<double>(a[k]) - static_cast<double>(b[k])));
      ga[k] += step;
      gb[k] -= step;
    }
  }
}

template <class Scalar>
typename PairDistances<Scalar>::Gradients PairDistances<Scalar>::manhattan_backward(
    std::span<const double> weights) const {
  const std::int64_t m = y_.rows;
  const std::int64_t dim = x_.cols;
  std::vector<double> gx(static_cast<std::size_t>(x_.rows * dim));
  std::vector<double> gy(static_cast<std::size_t>(m * dim));
  for (std::int64_t i = 0; i < x_.rows; ++i) {
    for (std::int64_t j = 0; j < m; ++j) {
      const double w = weights[static_cast<std::size_t>(i * m + j)];
      if (w == 0) continue;
      for (std::int64_t k = 0; k < dim; ++k) {
        const Scalar delta = x_.row(i)[k] - y_.row(j)[k];
        const double step = delta > 0 ? w : delta < 0 ? -w : 0;
        gx[static_cast<std::size_t>(i * dim + k)] += step;
        gy[static_cast<std::size_t>(j * dim + k)] -= step;
      }
    }
  }
  if (same()) {
    for (std::size_t k = 0; k < gx.size(); ++k) gx[k] += gy[k];
    gy.clear();
  }
  return {{gx.begin(), gx.end()}, {gy.begin(), gy.end()}};
}

template <class Scalar>
typename PairDistances<Scalar>::Gradients PairDistances<Scalar>::backward(
    std::span<const double> weights) const {
  if (kind_ == DistanceKind::manhattan) return manhattan_backward(weights);
  std::vector<Scalar> c;
  std::vector<double> of_row;
  coefficients(weights, c, of_row);
  Gradients gradients;
  gradients.x = side(true, c, of_row);
  if (!same()) gradients.y = side(false, turned(c.data(), x_.rows, y_.rows), {});
  if (kind_ == DistanceKind::euclidean) add_near(weights, gradients);
  return gradients;
}

template class PairDistances<float>;
template class PairDistances<double>;

}  // namespace nearfar
