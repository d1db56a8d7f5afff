#include "nearfar/core/sort_keys.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "nearfar/core/random.h"

using namespace nearfar;

TEST_CASE("sort_keys: a sort, for few and for many keys, with many equal upper halves or none") {
  Random random(1);
  for (const std::size_t count : {0U, 1U, 2U, 100U, 512U, 513U, 2000U, 70000U}) {
    for (const std::uint64_t upper : {1U, 5U, 3000U, 1U << 23U, 0U}) {  // 0: any of 32 bits
      std::vector<std::uint64_t> keys;
      for (std::size_t i = 0; i < count; ++i)
        keys.push_back((upper == 0 ? std::uint64_t{random.next32()} : random.below(upper)) << 32U | i);
      std::vector<std::uint64_t> expected = keys;
      std::sort(expected.begin(), expected.end());
      sort_keys(keys);
      CHECK(keys == expected);
    }
  }
}
