#include "nearfar/core/ordered_float.h"

#include <doctest/doctest.h>

#include <limits>

#include "random_rows.h"

using namespace nearfar;
using namespace nearfar::testing;

TEST_CASE("ordered bits: the order of the floats, and back") {
  using Limits = std::numeric_limits<float>;
  const float ascending[] = {
      -Limits::infinity(),  -Limits::max(), -1.5F,      -Limits::min(), -Limits::denorm_min(), 0.0F,
      Limits::denorm_min(), 1.0F,           1.0000001F, Limits::max(),  Limits::infinity()};
  for (std::size_t i = 0; i < std::size(ascending); ++i) {
    CHECK(same_bits(from_ordered_bits(ordered_bits(ascending[i])), ascending[i]));
    if (i > 0) CHECK(ordered_bits(ascending[i - 1]) < ordered_bits(ascending[i]));
  }
  CHECK(ordered_bits(-0.0F) == ordered_bits(0.0F));
}
