#include "nearfar/evaluation/drop_bounds.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "nearfar/evaluation/bca.h"
#include "nearfar/evaluation/normal.h"
#include "nearfar/evaluation/resample.h"

namespace nearfar {
namespace {

constexpr double kPower = 0.8;

std::vector<double> products(std::span<const double> a, std::span<const double> b) {
  std::vector<double> out(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) out[i] = a[i] * b[i];
  return out;
}

// The mean difference s / n of a resample and its standard error. With clusters both sums vary, and the error
// is that of a ratio: its residuals are r = s - mean n.
class Moments {
 public:
  explicit Moments(const DrawSums& d) : d_(d), squares_(products(d.sums, d.sums)) {
    if (d.all_one) return;
    cross_ = products(d.sums, d.sizes);
    size_squares_ = products(d.sizes, d.sizes);
  }

  struct Found {
    double mean = 0;
    double error = 0;
  };
  [[nodiscard]] Found of(std::span<const std::uint32_t> counts) const {
    const auto units = static_cast<double>(counts.size());
    const double size = d_.all_one ? units : weighted_sum(counts, d_.sizes);
    const double mean = weighted_sum(counts, d_.sums) / size;
    double residuals = weighted_sum(counts, squares_);  // sum r^2 = sum s^2 - 2 mean sum s n + mean^2 sum n^2
    residuals += d_.all_one
                     ? -units * mean * mean
                     : mean * (mean * weighted_sum(counts, size_squares_) - 2 * weighted_sum(counts, cross_));
    return {mean, std::sqrt(std::max(0.0, residuals) * units / (units - 1)) / size};
  }

 private:
  const DrawSums& d_;
  std::vector<double> squares_;
  std::vector<double> cross_;
  std::vector<double> size_squares_;
};

// Half of the smallest step between two values of the mean, 0 where the differences are all equal.
double half_step(const DrawSums& differences) {
  if (!differences.all_one) return 0;
  std::vector<double> sorted = differences.sums;
  std::sort(sorted.begin(), sorted.end());
  const double rounding = 1e-9 * (sorted.back() - sorted.front());
  double step = 0;
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    const double gap = sorted[i] - sorted[i - 1];
    if (gap > rounding && (step == 0 || gap < step)) step = gap;
  }
  return step / (2 * static_cast<double>(sorted.size()));
}

// (resampled mean - mean) / its own error; where a resample has no spread but that of rounding, beyond all
// others.
double studentised(const Moments::Found& resample, double mean, double error) {
  constexpr double kRounding = 1e-6;  // the root of what sums of squares lose
  const double off = resample.mean - mean;
  if (resample.error > kRounding * error) return off / resample.error;
  return off == 0 ? 0 : std::copysign(std::numeric_limits<double>::infinity(), off);
}

// How far the differences are from normal ones.
struct Shape {
  /// As many independent normal differences would know their spread as well: nu with 2 / nu the relative
  /// variance of the variance, k / n + 2 / (n - 1) at an excess kurtosis k > 0 (Satterthwaite's degrees of
  /// freedom).
  double degrees = 1;
  double skewness = 0;
};

Shape shape_of(const DrawSums& differences, double mean) {
  double squares = 0;
  double cubes = 0;
  double fourths = 0;
  for (std::size_t d = 0; d < differences.sums.size(); ++d) {
    const double residual = differences.sums[d] - mean * differences.sizes[d];
    squares += residual * residual;
    cubes += residual * residual * residual;
    fourths += residual * residual * residual * residual;
  }
  const auto n = static_cast<double>(differences.sums.size());
  const double excess = std::max(0.0, n * fourths / (squares * squares) - 3);
  return {2 / (excess / n + 2 / (n - 1)), std::sqrt(n) * cubes / std::pow(squares, 1.5)};
}

double quantile(const std::vector<double>& sorted, double level) {
  return sorted[static_cast<std::size_t>(level * static_cast<double>(sorted.size() - 1))];
}

}  // namespace

double student_quantile(double p, double degrees) {
  const double z = normal_quantile(p);
  const double s = z * z;
  const double v = degrees;
  return z + z * (s + 1) / (4 * v) + z * ((5 * s + 16) * s + 3) / (96 * v * v) +
         z * (((3 * s + 19) * s + 17) * s - 15) / (384 * v * v * v);
}

DropBounds drop_bounds(const DrawSums& differences, double confidence, std::int64_t resamples,
                       std::uint64_t seed) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const std::size_t units = differences.sums.size();
  if (units < 2) return {-kInfinity, kInfinity, kInfinity, kInfinity};
  const Moments moments(differences);
  const std::vector<std::uint32_t> once(units, 1);
  const auto [mean, error] = moments.of(once);
  if (error == 0) return {mean, mean, 0, 0};
  std::vector<double> means(static_cast<std::size_t>(resamples));
  std::vector<double> ratios(means.size());
  const double centre = mean;
  const double whole_error = error;
  for_each_resample(resamples, static_cast<std::int64_t>(units), seed,
                    [&](std::int64_t b, std::span<const std::uint32_t> counts) {
                      const Moments::Found resample = moments.of(counts);
                      means[static_cast<std::size_t>(b)] = resample.mean;
                      ratios[static_cast<std::size_t>(b)] = studentised(resample, centre, whole_error);
                    });
  std::sort(ratios.begin(), ratios.end());
  const BcaBounds bca(std::move(means), mean, leave_one_out(differences));
  // A level of Phi(t sqrt(n / (n-1))) makes up for the resamples' spread, which is sqrt((n-1) / n) of the
  // right one, and for its being an estimate.
  const auto n = static_cast<double>(units);
  const Shape shape = shape_of(differences, mean);
  const double level = normal_cdf(student_quantile(confidence, shape.degrees) * std::sqrt(n / (n - 1)));
  const double half = half_step(differences);
  DropBounds bounds;
  bounds.standard_error = error;
  bounds.low = std::min(bca.at(1 - level), mean - quantile(ratios, confidence) * error) - half;
  bounds.high = std::max(bca.at(level), mean - quantile(ratios, 1 - confidence) * error) + half;
  // The upper bound is the mean + z s / sqrt(n): its variance, in squared standard errors, is 1 for the mean,
  // z^2 / (2 nu) for s, and z skewness / sqrt(n) for twice their covariance.
  const double z = normal_quantile(confidence);
  const double spread =
      std::sqrt(std::max(1.0, 1 + z * z / (2 * shape.degrees) + z * shape.skewness / std::sqrt(n)));
  bounds.detectable = (bounds.high - mean) + normal_quantile(kPower) * spread * error + half;
  return bounds;
}

}  // namespace nearfar
