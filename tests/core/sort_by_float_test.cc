#include "nearfar/core/sort_by_float.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include "nearfar/core/random.h"

using namespace nearfar;

namespace {

struct Item {
  float key;
  std::int32_t place;
};

void check(std::vector<float> keys) {
  std::vector<Item> items;
  for (const float key : keys) items.push_back({key, static_cast<std::int32_t>(items.size())});
  std::vector<Item> expected = items;
  std::stable_sort(expected.begin(), expected.end(),
                   [](const Item& a, const Item& b) { return a.key < b.key; });
  sort_by_float(items, [](const Item& item) { return item.key; });
  bool same = true;
  for (std::size_t i = 0; i < items.size(); ++i) same = same && items[i].place == expected[i].place;
  CHECK(same);
}

}  // namespace

TEST_CASE("sort_by_float: as a stable comparison sort, for every number of items, ties and signs included") {
  Random random(7);
  for (const std::int64_t n : {0, 1, 2, 95, 96, 97, 1000, 5000}) {
    std::vector<float> fine;
    std::vector<float> tied;
    for (std::int64_t i = 0; i < n; ++i) {
      fine.push_back(static_cast<float>(random.normal() * 1e3));
      tied.push_back(static_cast<float>(random.below(7)) - 3);
    }
    check(fine);
    check(tied);
  }
}

TEST_CASE("sort_by_float: zeros of both signs are equal, and the ends of the range are in order") {
  std::vector<float> keys(200, 0.0F);
  for (std::size_t i = 0; i < keys.size(); i += 2) keys[i] = -0.0F;
  keys[17] = std::numeric_limits<float>::infinity();
  keys[18] = -std::numeric_limits<float>::infinity();
  keys[19] = std::numeric_limits<float>::denorm_min();
  keys[20] = -std::numeric_limits<float>::denorm_min();
  keys[21] = std::numeric_limits<float>::max();
  keys[22] = std::numeric_limits<float>::lowest();
  check(keys);
}
