#pragma once

#include <string>
#include <vector>

#include "nearfar/evaluation/portrait.h"

namespace nearfar {

/// The histogram of several kinds of distances over one range, in 40 bins of equal width: filled value by
/// value, then taken once, with shares in place of counts.
class DistanceHistogram {
 public:
  /// `names` of the series. A range of no length is widened to 1, or a millionth of a large `low`.
  DistanceHistogram(double low, double high, std::vector<std::string> names);
  /// Counts a value in [low, high] to a series.
  void add(std::size_t series, double value);
  [[nodiscard]] Histogram take(std::string title, std::string x_label);

 private:
  Histogram histogram_;
};

}  // namespace nearfar
