#pragma once

// Distances for tests that loop over the whole table.

#include <cmath>
#include <cstdint>
#include <vector>

#include "nearfar/metric/distance.h"

namespace nearfar::testing {

/// One of each kind that needs no matrix; minkowski with an exponent that has no shorter form.
inline std::vector<Distance> distances_without_matrix() {
  std::vector<Distance> all;
  for (const DistanceInfo& info : distances()) {
    if (info.needs_matrix) continue;
    all.push_back(info.argument.empty() ? Distance(info.kind) : Distance::minkowski(2.5));
  }
  return all;
}

/// One of each kind, for rows of d coordinates.
inline std::vector<Distance> every_distance(std::int64_t d) {
  std::vector<Distance> all = distances_without_matrix();
  std::vector<double> m(static_cast<std::size_t>(d * d));
  for (std::int64_t k = 0; k < d; ++k)
    m[static_cast<std::size_t>(k * d + k)] = 1 + static_cast<double>(k % 3);
  for (const DistanceInfo& info : distances()) {
    if (info.needs_matrix) all.emplace_back(info.kind, m, d);
  }
  return all;
}

/// `rows` as the distance takes them: without signs where it takes no negative coordinates.
inline Matrix in_domain(const Distance& distance, Matrix rows) {
  if (!distance.info().nonnegative) return rows;
  for (std::int64_t i = 0; i < rows.size(); ++i) rows.data()[i] = std::abs(rows.data()[i]);
  return rows;
}

}  // namespace nearfar::testing
