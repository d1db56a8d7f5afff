#include "nearfar/evaluation/tied_order.h"

#include <doctest/doctest.h>

#include "nearfar/core/random.h"

using namespace nearfar;

TEST_CASE("tied_order: ascending, equal ones by place, 0 and -0 are equal") {
  const std::vector<float> values{2, -1, 0.0F, 2, -0.0F, -3e38F, 3e38F};
  const TiedOrder order = tied_order(values);
  CHECK(order.items == std::vector<std::uint32_t>{5, 1, 2, 4, 0, 3, 6});
  CHECK(order.ends == std::vector<std::uint8_t>{1, 1, 0, 1, 0, 1, 1});
  CHECK(tied_order({}).size() == 0);
}

TEST_CASE("tied_order: of thousands") {
  nearfar::Random random(1);
  std::vector<float> values;
  for (int i = 0; i < 5000; ++i) values.push_back(static_cast<float>(random.below(300)) - 150);
  const TiedOrder order = tied_order(values);
  REQUIRE(order.size() == values.size());
  for (std::size_t i = 0; i + 1 < order.size(); ++i) {
    const float here = values[order.items[i]];
    const float next = values[order.items[i + 1]];
    CHECK(here <= next);
    CHECK((order.ends[i] != 0) == (here < next));
    if (here == next) CHECK(order.items[i] < order.items[i + 1]);
  }
  CHECK(order.ends.back() == 1);
}
