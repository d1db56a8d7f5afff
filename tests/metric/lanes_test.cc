#include "nearfar/metric/lanes.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "random_rows.h"

using namespace nearfar;
using namespace nearfar::testing;

TEST_CASE("lane_sum: that of a plain loop, within ceil(d / 16) + 3 roundings, for every length") {
  for (std::int64_t d = 0; d <= 300; ++d) {
    const Matrix x = random_rows(1, std::max<std::int64_t>(d, 1), 100 + static_cast<std::uint64_t>(d));
    double sum = 0;
    double magnitude = 0;
    for (std::int64_t k = 0; k < d; ++k) {
      sum += static_cast<double>(x(0, k));
      magnitude += std::abs(static_cast<double>(x(0, k)));
    }
    const float got = lane_sum<float>(d, [&](std::int64_t i) { return x(0, i); });
    const double wide = lane_sum<double>(d, [&](std::int64_t i) { return static_cast<double>(x(0, i)); });
    const double roundings = std::ceil(static_cast<double>(d) / 16) + 3;
    INFO("d = ", d);
    CHECK(std::abs(static_cast<double>(got) - sum) <= roundings * 0x1p-24 * magnitude * (1 + 1e-5));
    CHECK(std::abs(wide - sum) <= 1e-14 * magnitude);
  }
}

TEST_CASE("lane_sum and lane_max: every term is taken exactly once") {
  for (std::int64_t d = 0; d <= 100; ++d) {
    std::vector<int> seen(static_cast<std::size_t>(d));
    const auto sum = lane_sum<std::int64_t>(d, [&](std::int64_t i) {
      ++seen[static_cast<std::size_t>(i)];
      return i;
    });
    CHECK(sum == d * (d - 1) / 2);
    bool once = true;
    for (const int count : seen) once = once && count == 1;
    CHECK(once);
    for (std::int64_t at = 0; at < d; ++at) {
      CHECK(lane_max<float>(d, [&](std::int64_t i) { return i == at ? 2.0F : 1.0F; }) == 2);
    }
  }
}

TEST_CASE("lane_sums: several sums at a time have the bits of one after the other") {
  const auto add = [](LaneVector& sum, const LaneVector& a, const LaneVector& b) { sum += a * b; };
  for (std::int64_t d = 0; d <= 100; ++d) {
    const Matrix x = random_rows(5, std::max<std::int64_t>(d, 1), 70 + static_cast<std::uint64_t>(d));
    const float* const rows[4] = {x.row(1), x.row(2), x.row(3), x.row(4)};
    float sums[4];
    lane_sums<4>(d, x.row(0), rows, sums, add);
    for (int r = 0; r < 4; ++r) {
      const float* y = rows[r];
      float one = 0;
      lane_sums<1>(d, x.row(0), &y, &one, add);
      INFO("d = ", d, " row ", r);
      CHECK(same_bits(one, lane_sum<float>(d, [&](std::int64_t i) { return x(0, i) * y[i]; })));
      CHECK(same_bits(one, sums[r]));
    }
  }
}
