#pragma once

// Pearson's test that counts come from equal shares.

#include <cmath>
#include <cstddef>
#include <numeric>
#include <vector>

namespace nearfar::testing {

/// The statistic against equal shares.
template <class Count>
double chi_squared(const std::vector<Count>& counts) {
  double total = 0;
  for (const Count count : counts) total += static_cast<double>(count);
  const double expected = total / static_cast<double>(counts.size());
  double sum = 0;
  for (const Count count : counts) {
    const double difference = static_cast<double>(count) - expected;
    sum += difference * difference / expected;
  }
  return sum;
}

/// Passed with p < 1e-6: by Wilson and Hilferty (1931) the cube root of the statistic over its f degrees of
/// freedom is about normal with mean 1 - 2/(9f) and variance 2/(9f); five standard deviations.
inline double chi_bound(std::size_t cells) {
  if (cells < 2) return 1;  // the statistic is 0
  const auto freedom = static_cast<double>(cells - 1);
  const double variance = 2 / (9 * freedom);
  return freedom * std::pow(1 - variance + 5 * std::sqrt(variance), 3);
}

/// The values of a map of counts.
template <class Map>
auto counts_of(const Map& map) {
  std::vector<typename Map::mapped_type> counts;
  for (const auto& [key, count] : map) counts.push_back(count);
  return counts;
}

}  // namespace nearfar::testing
