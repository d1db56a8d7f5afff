#pragma once

// How far apart a map keeps the classes, as published for iris.

#include <cmath>

#include "iris.h"

namespace nearfar::testing {

/// Mean over classes of mean distance within (each row with itself included) / mean distance to other
/// classes.
inline double class_separation(const Matrix& l, const Dataset& data) {
  const auto distance = [&](std::int64_t i, std::int64_t j) {
    double squares = 0;
    for (std::int64_t r = 0; r < l.rows(); ++r) {
      double image = 0;
      for (std::int64_t k = 0; k < l.cols(); ++k) {
        image += static_cast<double>(l(r, k)) *
                 (static_cast<double>(data.features(i, k)) - static_cast<double>(data.features(j, k)));
      }
      squares += image * image;
    }
    return std::sqrt(squares);
  };
  double ratio = 0;
  for (std::int32_t c = 0; c < data.labels.classes(); ++c) {
    double sums[2] = {0, 0};
    double counts[2] = {0, 0};
    for (std::size_t i = 0; i < data.labels.codes.size(); ++i) {
      if (data.labels.codes[i] != c) continue;
      for (std::size_t j = 0; j < data.labels.codes.size(); ++j) {
        const std::size_t same = data.labels.codes[j] == c ? 1 : 0;
        sums[same] += distance(static_cast<std::int64_t>(i), static_cast<std::int64_t>(j));
        ++counts[same];
      }
    }
    ratio += sums[1] / counts[1] / (sums[0] / counts[0]);
  }
  return ratio / data.labels.classes();
}

}  // namespace nearfar::testing
