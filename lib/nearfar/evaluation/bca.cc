#include "nearfar/evaluation/bca.h"

#include <algorithm>
#include <cmath>

#include "nearfar/evaluation/normal.h"

namespace nearfar {
namespace {

double real(std::size_t value) { return static_cast<double>(value); }

// With no replicate on one side of the value the share would be 0 or 1 and z0 infinite: half a replicate is
// taken to be there.
double bias_of(const std::vector<double>& sorted, double value) {
  // Replicates that differ from the value by rounding only are equal to it.
  const double rounding =
      1e-12 * std::max({std::abs(value), std::abs(sorted.front()), std::abs(sorted.back())});
  const auto first = std::lower_bound(sorted.begin(), sorted.end(), value - rounding);
  const auto last = std::upper_bound(sorted.begin(), sorted.end(), value + rounding);
  const auto below = static_cast<double>(first - sorted.begin());
  const auto equal = static_cast<double>(last - first);
  const double size = real(sorted.size());
  return normal_quantile(std::clamp((below + equal / 2) / size, 0.5 / size, 1 - 0.5 / size));
}

double acceleration_of(std::span<const double> leave_one_out) {
  double mean = 0;
  for (const double value : leave_one_out) mean += value;
  mean /= real(std::max<std::size_t>(leave_one_out.size(), 1));
  double squares = 0;
  double cubes = 0;
  for (const double value : leave_one_out) {
    const double d = mean - value;
    squares += d * d;
    cubes += d * d * d;
  }
  return squares > 0 ? cubes / (6 * std::pow(squares, 1.5)) : 0;
}

}  // namespace

BcaBounds::BcaBounds(std::vector<double> replicates, double value, std::span<const double> leave_one_out)
    : replicates_(std::move(replicates)) {
  std::sort(replicates_.begin(), replicates_.end());
  bias_ = bias_of(replicates_, value);
  acceleration_ = acceleration_of(leave_one_out);
}

double BcaBounds::at(double level) const {
  const double shifted = bias_ + normal_quantile(level);
  const double scale = 1 - acceleration_ * shifted;
  // Beyond the pole of the correction the bound is the outermost replicate.
  const double share = scale > 0 ? normal_cdf(bias_ + shifted / scale) : (shifted > 0 ? 1 : 0);
  const double place = share * real(replicates_.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, replicates_.size() - 1);
  const double part = place - real(below);
  return replicates_[below] + part * (replicates_[above] - replicates_[below]);
}

}  // namespace nearfar
