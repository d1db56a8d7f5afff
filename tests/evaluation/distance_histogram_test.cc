#include "nearfar/evaluation/distance_histogram.h"

#include <doctest/doctest.h>

using namespace nearfar;

TEST_CASE("distances of one size, however large, are in the first bin of a range that has a length") {
  for (const double distance : {0.0, 2.5, -1e17, 1e30}) {
    DistanceHistogram counts(distance, distance, {"near", "far"});
    counts.add(1, distance);
    const Histogram histogram = counts.take("t", "x");
    CHECK(histogram.low < histogram.high);
    CHECK(histogram.series[1].shares.front() == 1);
    CHECK(histogram.series[0].shares.front() == 0);
  }
}
