#include "nearfar/evaluation/chance.h"

#include <doctest/doctest.h>

#include <numeric>

#include "random_rows.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

double choose(std::int64_t n, std::int64_t k) {
  double ways = 1;
  for (std::int64_t i = 0; i < k; ++i) ways *= static_cast<double>(n - i) / static_cast<double>(i + 1);
  return ways;
}

}  // namespace

TEST_CASE("marked_drawn: the hypergeometric distribution, for all small numbers") {
  for (std::int64_t items = 0; items <= 12; ++items) {
    for (std::int64_t marked = 0; marked <= items; ++marked) {
      for (std::int64_t drawn = 0; drawn <= items; ++drawn) {
        const MarkedDrawn draw = marked_drawn(items, marked, drawn);
        const std::int64_t most = draw.least + std::ssize(draw.chances) - 1;
        CHECK(draw.least == std::max<std::int64_t>(0, drawn - (items - marked)));
        CHECK(most == std::min(marked, drawn));
        for (std::int64_t x = draw.least; x <= most; ++x) {
          const double expected =
              choose(marked, x) * choose(items - marked, drawn - x) / choose(items, drawn);
          CHECK(near(draw.chances[static_cast<std::size_t>(x - draw.least)], expected, 1e-12));
        }
      }
    }
  }
}

TEST_CASE("marked_drawn: large numbers neither overflow nor vanish") {
  const MarkedDrawn draw = marked_drawn(100000, 50000, 20000);
  double mean = 0;
  for (std::size_t i = 0; i < draw.chances.size(); ++i)
    mean += draw.chances[i] * static_cast<double>(draw.least + static_cast<std::int64_t>(i));
  CHECK(std::accumulate(draw.chances.begin(), draw.chances.end(), 0.0) == doctest::Approx(1));
  CHECK(mean == doctest::Approx(10000));
}
