#include "nearfar/neighbors/brackets.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "nearfar/core/error.h"
#include "nearfar/core/parallel.h"
#include "nearfar/core/product.h"

// The bounds. u = 2^-24 is the unit roundoff of float, x and y are a query and a gallery row, x' and y' the
// mapped rows in memory, p the computed closeness. Every error is bounded by a sum e(x) + f(y), so that the
// bounds are numbers of single rows.
//
// - A product of d terms, summed in any order: |p - x'y'| <= g |x'| |y'| <= g/2 (|x'|^2 + |y'|^2) with
//   g = d u / (1 - d u) (Higham, "Accuracy and Stability of Numerical Algorithms", 2nd ed., eq. 3.5), plus
//   d 2^-149 for terms below the range.
// - Rows are mapped in double and rounded once to float: |x' - map(x)| <= u |x'| (1 + u).
// - The test closeness >= low + from in float: u (|x'|^2 + |y'|^2), see Brackets.
//
// With the kernels' own errors, relative (d/16 + 8) u for a sum of squares and for each of the three sums of
// cosine, this gives for the three forms, each rounded up generously:
//
// euclidean: map(x) = (x - c) s with c the mean of the gallery and s a power of two; the key is half the
//   squared distance in units of 1/s: |x'|^2 / 2 + |y'|^2 / 2 - x'y'. Rounding moves |x' - y'| by at most
//   u (|x'| + |y'|), so the key by at most 2.1 u (|x'|^2 + |y'|^2). The key is at most |x'|^2 + |y'|^2.
// cosine: map(x) = x / |x|; the key is 1 - x'y'.
// dot: map(x) = x s; the key is -x'y'.

namespace nearfar {
namespace {

constexpr double kRoundoff = 0x1p-24;
constexpr double kTiny = 0x1p-149;
constexpr std::int64_t kRows = 256;  // mapped in one task

double dot_error(std::int64_t d) {
  const double du = static_cast<double>(d) * kRoundoff;
  return du / (1 - du);
}

double kernel_error(std::int64_t d) { return (static_cast<double>(d) / 16 + 8) * kRoundoff; }

double squared_length(const float* x, std::int64_t d) {
  double sum = 0;
  for (std::int64_t j = 0; j < d; ++j) sum += static_cast<double>(x[j]) * static_cast<double>(x[j]);
  return sum;
}

bool same_rows(MatrixView a, MatrixView b) {
  return a.data == b.data && a.rows == b.rows && a.stride == b.stride;
}

// A power of two that brings the longest row to a length of about 1; never so far that it leaves the range.
double scale_for(const std::vector<double>& squares) {
  double largest = 0;
  for (const double value : squares) largest = std::max(largest, value);
  if (!(largest > 0)) return 1;
  return std::ldexp(1, -std::ilogb(std::sqrt(largest)));
}

}  // namespace

float round_down(double value) {
  const auto nearest = static_cast<float>(value);
  return static_cast<double>(nearest) <= value
             ? nearest
             : std::nextafter(nearest, -std::numeric_limits<float>::infinity());
}

float round_up(double value) { return -round_down(-value); }

// One side, mapped: rows and their squared lengths in the mapped space.
struct Brackets::Prepared {
  Matrix rows;
  std::vector<double> squares;

  // write(x, out) maps one row; it may use doubles, `out` takes the rounded ones.
  template <class Write>
  Prepared(MatrixView x, std::int64_t columns, Write write)
      : rows(x.rows, columns), squares(static_cast<std::size_t>(x.rows)) {
    parallel_ranges(x.rows, kRows, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) {
        write(x.row(i), rows.row(i));
        squares[static_cast<std::size_t>(i)] = squared_length(rows.row(i), columns);
      }
    });
  }

  // low = offset - error and gap = 2 error, with offset = share |x'|^2 + constant, error = relative |x'|^2 +
  // absolute; for the farthest, whose keys are negated, low = -offset - error.
  [[nodiscard]] Side bounds(double share, double constant, double relative, double absolute,
                            bool negated) const {
    Side side;
    for (const double square : squares) {
      const double offset = share * square + constant;
      const double error = relative * square + absolute;
      const float low = round_down((negated ? -offset : offset) - error);
      side.low.push_back(low);
      side.gap.push_back(round_up((negated ? -offset : offset) + error - static_cast<double>(low)));
    }
    return side;
  }

  void scale(double by) {
    for (std::int64_t i = 0; i < rows.size(); ++i)
      rows.data()[i] = static_cast<float>(static_cast<double>(rows.data()[i]) * by);
    for (double& square : squares) square *= by * by;
  }
};

Brackets::Brackets(MatrixView queries, MatrixView gallery, const Distance& distance, bool farthest)
    : queries_(queries), rows_(gallery), distance_(distance), farthest_(farthest) {
  if (queries.cols != gallery.cols) {
    throw Error(ErrorKind::internal, "neighbours among rows of different lengths");
  }
  symmetric_ = same_rows(queries, gallery);
  exact_ = dot_error(queries.cols) > 0.05 || queries.cols == 0;
  if (!exact_) {
    switch (distance.kind()) {
      case DistanceKind::euclidean:
      case DistanceKind::sqeuclidean:
        prepare_euclidean();
        break;
      case DistanceKind::cosine:
        prepare_cosine(false);
        break;
      default:
        exact_ = true;
    }
  }
  if (exact_) {
    query_ = {std::vector<float>(static_cast<std::size_t>(queries.rows)),
              std::vector<float>(static_cast<std::size_t>(queries.rows))};
    if (!symmetric_) {
      gallery_ = {std::vector<float>(static_cast<std::size_t>(gallery.rows)),
                  std::vector<float>(static_cast<std::size_t>(gallery.rows))};
    }
  }
}

void Brackets::prepare_euclidean() {
  const std::int64_t d = rows_.cols;
  std::vector<double> mean(static_cast<std::size_t>(d));
  for (std::int64_t i = 0; i < rows_.rows; ++i) {
    for (std::int64_t j = 0; j < d; ++j)
      mean[static_cast<std::size_t>(j)] += static_cast<double>(rows_.row(i)[j]);
  }
  // As floats: the difference of two floats is then rounded once. (Any centre gives a valid bound.)
  for (double& value : mean)
    value = static_cast<double>(
        static_cast<float>(value / static_cast<double>(std::max<std::int64_t>(rows_.rows, 1))));
  const auto centred_square = [&](MatrixView x) {
    double largest = 0;
    for (std::int64_t i = 0; i < x.rows; ++i) {
      double sum = 0;
      for (std::int64_t j = 0; j < d; ++j) {
        const double delta = static_cast<double>(x.row(i)[j]) - mean[static_cast<std::size_t>(j)];
        sum += delta * delta;
      }
      largest = std::max(largest, sum);
    }
    return largest;
  };
  const double scale = scale_for({centred_square(queries_), symmetric_ ? 0 : centred_square(rows_)});
  const auto centre = [&](const float* x, float* out) {
    for (std::int64_t j = 0; j < d; ++j)
      out[j] = static_cast<float>((static_cast<double>(x[j]) - mean[static_cast<std::size_t>(j)]) * scale);
  };
  Prepared queries(queries_, d, centre);
  Prepared gallery(symmetric_ ? MatrixView{nullptr, 0, d, d} : rows_, d, centre);
  unit_ = scale;
  const double relative = 0.5 * dot_error(d) + kernel_error(d) + 6 * kRoundoff;
  double absolute = static_cast<double>(d) * kTiny;
  if (distance_.kind() == DistanceKind::sqeuclidean) {
    // Without a root the kernel stays in float: what underflows there is lost, what overflows is infinite.
    absolute *= 1 + scale * scale;
    if (!(scale > 0x1p-62)) {
      exact_ = true;
      return;
    }
  }
  query_ = queries.bounds(0.5, 0, relative, absolute, farthest_);
  gallery_ = gallery.bounds(0.5, 0, relative, absolute, farthest_);
  take(queries, gallery);
}

// A row of zeros is at 1 from every other and at 0 from each of its kind: it is mapped to a unit vector along
// one more axis.
void Brackets::prepare_cosine(bool /*centred*/) {
  const std::int64_t d = rows_.cols;
  const auto has_zero_row = [&](MatrixView x) {
    for (std::int64_t i = 0; i < x.rows; ++i) {
      if (std::all_of(x.row(i), x.row(i) + d, [](float value) { return value == 0; })) return true;
    }
    return false;
  };
  const std::int64_t columns = d + (has_zero_row(queries_) || has_zero_row(rows_) ? 1 : 0);
  const auto normalise = [&](const float* x, float* out) {
    const double length = std::sqrt(squared_length(x, d));
    if (length == 0) {
      out[d] = 1;
      return;
    }
    for (std::int64_t j = 0; j < d; ++j) out[j] = static_cast<float>(static_cast<double>(x[j]) / length);
  };
  Prepared queries(queries_, columns, normalise);
  Prepared gallery(symmetric_ ? MatrixView{nullptr, 0, d, d} : rows_, columns, normalise);
  const double error =
      0.5 * (dot_error(columns) + 3 * kernel_error(d) + 12 * kRoundoff) + static_cast<double>(d) * kTiny;
  query_ = queries.bounds(0, 0.5, 0, error, farthest_);
  gallery_ = gallery.bounds(0, 0.5, 0, error, farthest_);
  take(queries, gallery);
}

void Brackets::take(Prepared& queries, Prepared& gallery) {
  if (symmetric_ && farthest_) {
    mapped_gallery_ = Matrix::copy_of(queries.rows);
  } else {
    mapped_gallery_ = std::move(gallery.rows);
  }
  if (farthest_) queries.scale(-1);
  mapped_queries_ = std::move(queries.rows);
}

double Brackets::key(float distance) const {
  const double value = static_cast<double>(distance);
  double key = value;
  if (!exact_) {
    if (distance_.kind() == DistanceKind::euclidean) key = 0.5 * (value * unit_) * (value * unit_);
    if (distance_.kind() == DistanceKind::sqeuclidean) key = 0.5 * value * unit_ * unit_;
  }
  return farthest_ ? -key : key;
}

void Brackets::closeness(std::int64_t q0, std::int64_t q1, std::int64_t g0, std::int64_t g1, float* tile,
                         std::int64_t stride) const {
  if (exact_) {
    for (std::int64_t q = q0; q < q1; ++q) {
      float* row = tile + (q - q0) * stride;
      distance_.to_rows(queries_.row(q), rows_.slice(g0, g1), row);
      if (!farthest_) {
        for (std::int64_t g = 0; g < g1 - g0; ++g) row[g] = -row[g];
      }
    }
    return;
  }
  const Matrix& gallery = mapped_gallery_.empty() ? mapped_queries_ : mapped_gallery_;
  multiply_abt(mapped_queries_.view().slice(q0, q1), gallery.view().slice(g0, g1), tile, stride);
}

}  // namespace nearfar
