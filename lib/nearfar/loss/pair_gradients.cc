// PairDistances: the way back from derivatives by distances to derivatives by rows.
#include "nearfar/core/parallel.h"
#include "nearfar/loss/pair_distances.h"
#include "nearfar/loss/row_products.h"
#include "nearfar/metric/lanes.h"

namespace nearfar {
namespace {

bool of_differences(DistanceKind kind) {
  return kind == DistanceKind::euclidean || kind == DistanceKind::sqeuclidean || kind == DistanceKind::snr;
}

}  // namespace

// The gradient by the prepared rows is, with c_ij from the weights w_ij (and c_ij + c_ji where x is y):
//   of differences  (sum_j c_ij) p_i - sum_j c_ij q_j
//                   euclidean c = w / d, sqeuclidean c = 2 w, snr c = 2 w / |p_i|^2
//   of products     sum_j c_ij q_j; cosine and dot c = -w
// and under snr row i moves its own variance: - 2 p_i (sum_j w_ij d_ij) / |p_i|^2.
template <class Scalar>
void PairDistances<Scalar>::coefficients(std::span<const double> weights, std::vector<Scalar>& c,
                                         std::vector<double>& of_row) const {
  const std::int64_t n = x_.rows;
  const std::int64_t m = y_.rows;
  c.resize(static_cast<std::size_t>(n * m));
  of_row.assign(static_cast<std::size_t>(n), 0);
  parallel_ranges(n, kRowsInTask, [&](std::int64_t begin, std::int64_t end) {
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
  parallel_ranges(n, kRowsInTask, [&](std::int64_t begin, std::int64_t end) {
    multiply_rows(c.data() + begin * m, end - begin, columns.data(), d, m, gradient.data() + begin * d);
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

template PairDistances<float>::Gradients PairDistances<float>::backward(std::span<const double>) const;
template PairDistances<double>::Gradients PairDistances<double>::backward(std::span<const double>) const;

}  // namespace nearfar
