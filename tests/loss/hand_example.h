#pragma once

#include <doctest/doctest.h>

#include <vector>

#include "nearfar/loss/loss_function.h"

namespace nearfar::testing {

/// Three rows on a line at 0, 1 and 3; the first two of one class. Small enough for pencil and paper.
inline LossGradient on_a_line(std::string_view loss, LossOptions options, Reduction reduction) {
  Matrix x(3, 1);
  x(1, 0) = 1;
  x(2, 0) = 3;
  const std::vector<std::int32_t> labels{0, 0, 1};
  options.reduction = reduction;
  return LossFunction({&loss_info(loss), options, DistanceKind::euclidean, 1, 2, 0})
      .evaluate(x, {labels, nullptr});
}

inline void check_gradient(const LossGradient& got, const std::vector<double>& expected) {
  REQUIRE(got.gradient.size() == static_cast<std::int64_t>(expected.size()));
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CHECK(static_cast<double>(got.gradient.data()[i]) == doctest::Approx(expected[i]).epsilon(1e-6));
  }
}

}  // namespace nearfar::testing
