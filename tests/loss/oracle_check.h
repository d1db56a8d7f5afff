#pragma once

#include <doctest/doctest.h>

#include "loss/oracle_losses.h"
#include "nearfar/network/normalize.h"
#include "random_rows.h"

namespace nearfar::testing {

/// Holds value and gradient of a loss against all its cases of the oracle; returns how many there were.
inline int check_oracle_cases(std::string_view loss) {
  int cases = 0;
  for (const oracle::LossCase& expected : oracle::kLossCases) {
    if (expected.loss != loss) continue;
    ++cases;
    INFO(std::string(loss), ", case ", cases);
    const Matrix x = oracle::embeddings();
    Normalize normalize(oracle::kCols);
    const Matrix y = expected.normalize ? normalize.forward(x) : x;
    LossGradient got =
        evaluate_loss(loss_info(loss), expected.options, expected.distance, y, {oracle::kLabels, nullptr});
    if (expected.normalize) got.gradient = normalize.backward(x, y, got.gradient, true);

    CHECK(near(got.loss.value, expected.value, 1e-5));
    double size = 0;
    for (const auto& row : expected.gradient) {
      for (const double value : row) size = std::max(size, std::abs(value));
    }
    double worst = 0;
    for (std::size_t i = 0; i < oracle::kRows; ++i) {
      for (std::size_t k = 0; k < oracle::kCols; ++k) {
        const float value = got.gradient(static_cast<std::int64_t>(i), static_cast<std::int64_t>(k));
        worst = std::max(worst, std::abs(static_cast<double>(value) - expected.gradient[i][k]));
      }
    }
    CHECK(worst < 1e-5 * size);
  }
  return cases;
}

}  // namespace nearfar::testing
