#include "nearfar/core/rows.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <vector>

using namespace nearfar;

TEST_CASE("rows_at: the rows in the order they are named, repeats included") {
  Matrix x(3, 2);
  for (std::int64_t i = 0; i < 6; ++i) x.data()[i] = static_cast<float>(i);
  const Matrix chosen = rows_at(x.view(), std::vector<std::int32_t>{2, 0, 2});
  const std::vector<float> expected{4, 5, 0, 1, 4, 5};
  CHECK(std::vector<float>(chosen.data(), chosen.data() + chosen.size()) == expected);
  CHECK(rows_at(x.view(), std::vector<std::int64_t>{}).rows() == 0);
}

TEST_CASE("all_finite: neither infinity nor NaN") {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  CHECK(all_finite(std::vector<float>{0, -1, std::numeric_limits<float>::max()}));
  CHECK(all_finite(Matrix()));
  CHECK(!all_finite(std::vector<float>{0, kInfinity}));
  CHECK(!all_finite(std::vector<float>{-kInfinity, 0}));
  CHECK(!all_finite(std::vector<float>{0, std::numeric_limits<float>::quiet_NaN(), 0}));
}
