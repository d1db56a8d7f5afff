#include "nearfar/evaluation/distance_histogram.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace nearfar {
namespace {

constexpr std::size_t kBins = 40;

}  // namespace

DistanceHistogram::DistanceHistogram(double low, double high, std::vector<std::string> names) {
  histogram_.low = low;
  histogram_.high = high > low ? high : low + std::max(1.0, 1e-6 * std::abs(low));
  for (std::string& name : names) histogram_.series.push_back({std::move(name), std::vector<double>(kBins)});
}

void DistanceHistogram::add(std::size_t series, double value) {
  const double place = (value - histogram_.low) / (histogram_.high - histogram_.low) * kBins;
  const std::size_t bin = std::min(kBins - 1, static_cast<std::size_t>(std::max(place, 0.0)));
  ++histogram_.series[series].shares[bin];
}

Histogram DistanceHistogram::take(std::string title, std::string x_label) {
  for (Histogram::Series& series : histogram_.series) {
    double sum = 0;
    for (const double count : series.shares) sum += count;
    for (double& bin : series.shares) bin /= std::max(sum, 1.0);
  }
  histogram_.title = std::move(title);
  histogram_.x_label = std::move(x_label);
  return std::move(histogram_);
}

}  // namespace nearfar
