#include "nearfar/evaluation/wilson.h"

#include <doctest/doctest.h>

#include <cmath>
#include <initializer_list>

using namespace nearfar;

TEST_CASE("wilson_interval: both ends are 1.96 of their own standard errors away") {
  for (const double count : {1.0, 7.0, 100.0, 1e6}) {
    for (const double share : {0.0, 0.2, 0.5, 0.9, 1.0}) {
      const double hits = std::round(share * count);
      const ShareInterval interval = wilson_interval(hits, count);
      CHECK(interval.low >= 0);
      CHECK(interval.high <= 1);
      CHECK(interval.low <= hits / count + 1e-12);
      CHECK(interval.high >= hits / count - 1e-12);
      for (const double end : {interval.low, interval.high}) {
        if (end < 1e-12 || end > 1 - 1e-12) continue;
        CHECK(std::abs(hits / count - end) / std::sqrt(end * (1 - end) / count) ==
              doctest::Approx(1.959964).epsilon(1e-6));
      }
    }
  }
  // A published value: 15 of 148 (Newcombe 1998, table I): .0624 to .1605.
  CHECK(wilson_interval(15, 148).low == doctest::Approx(0.0624).epsilon(2e-3));
  CHECK(wilson_interval(15, 148).high == doctest::Approx(0.1605).epsilon(2e-3));
}
