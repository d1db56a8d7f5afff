#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "loss/evaluate_in_double.h"
#include "loss/oracle_losses.h"
#include "nearfar/loss/loss_function.h"
#include "random_rows.h"

namespace nearfar::testing {

template <class Table>
DoubleRows double_rows(const Table& table) {
  DoubleRows rows;
  for (const auto& row : table) rows.emplace_back(row.begin(), row.end());
  return rows;
}

inline double length(const std::vector<double>& x) {
  double sum = 0;
  for (const double value : x) sum += value * value;
  return std::sqrt(sum);
}

/// What a case says of the batch: labels, or for vicreg the pairs (i, i + half).
struct OracleTruth {
  Tuples halves{TupleKind::pairs, {}, {}};

  explicit OracleTruth(std::string_view loss) {
    if (loss != "vicreg") return;
    for (std::int32_t i = 0; i < 7; ++i) {
      halves.items.insert(halves.items.end(), {i, i + 7});
      halves.values.push_back(1);
    }
  }
  [[nodiscard]] Supervision supervision() const {
    if (halves.items.empty()) return {oracle::kLabels};
    return {{}, &halves};
  }
  [[nodiscard]] std::size_t rows() const { return halves.items.empty() ? oracle::kRows : 7; }
};

/// Largest difference from the oracle's gradient, over its size.
template <class At>
double gradient_difference(const oracle::LossCase& expected, std::size_t rows, At at) {
  double size = 0;
  double worst = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t k = 0; k < oracle::kCols; ++k) {
      size = std::max(size, std::abs(expected.gradient[i][k]));
      worst = std::max(worst, std::abs(at(i, k) - expected.gradient[i][k]));
    }
  }
  return worst / size;
}

/// The rows scaled to length 1.
inline DoubleRows normalized(DoubleRows x) {
  for (auto& row : x) {
    const double size = length(row);
    for (double& value : row) value /= size;
  }
  return x;
}

/// From the derivative by rows of length 1, y = x / |x|, to that by x: (g - (g'y) y) / |x|.
inline DoubleRows through_normalization(DoubleRows g, const DoubleRows& x) {
  const DoubleRows y = normalized(x);
  for (std::size_t i = 0; i < x.size(); ++i) {
    double along = 0;
    for (std::size_t k = 0; k < x[i].size(); ++k) along += g[i][k] * y[i][k];
    for (std::size_t k = 0; k < x[i].size(); ++k) g[i][k] = (g[i][k] - along * y[i][k]) / length(x[i]);
  }
  return g;
}

inline void check_in_double(const oracle::LossCase& expected) {
  const LossInfo& loss = loss_info(expected.loss);
  const OracleTruth truth(expected.loss);
  const DoubleRows x = double_rows(oracle::kEmbeddings);
  const DoubleRows own =
      loss.own == OwnWeights::class_vectors ? double_rows(oracle::kClassVectors) : DoubleRows{};
  const DoubleGradient got =
      evaluate_in_double(loss, expected.options, expected.distance, expected.normalize ? normalized(x) : x,
                         truth.supervision(), own);
  const DoubleRows gradient = expected.normalize ? through_normalization(got.gradient, x) : got.gradient;
  CHECK(near(got.loss.value, expected.value, 1e-9));
  CHECK(gradient_difference(expected, truth.rows(),
                            [&](std::size_t i, std::size_t k) { return gradient[i][k]; }) < 1e-9);
}

inline void check_in_float(const oracle::LossCase& expected) {
  const OracleTruth truth(expected.loss);
  const DoubleRows x = double_rows(oracle::kEmbeddings);
  const DoubleRows seen = expected.normalize ? normalized(x) : x;
  Matrix rows(oracle::kRows, oracle::kCols);
  for (std::size_t k = 0; k < oracle::kRows * oracle::kCols; ++k)
    rows.data()[k] = static_cast<float>(seen[k / oracle::kCols][k % oracle::kCols]);
  LossFunction loss({&loss_info(expected.loss), expected.options, expected.distance, oracle::kCols, 4, 0});
  if (loss.setup().info->own == OwnWeights::class_vectors) {
    for (std::size_t k = 0; k < loss.parameters().size(); ++k)
      loss.parameters()[k] = static_cast<float>(oracle::kClassVectors[k / oracle::kCols][k % oracle::kCols]);
  }
  const LossGradient got = loss.evaluate(rows, truth.supervision());
  DoubleRows gradient = x;
  for (std::size_t k = 0; k < oracle::kRows * oracle::kCols; ++k)
    gradient[k / oracle::kCols][k % oracle::kCols] = static_cast<double>(got.gradient.data()[k]);
  if (expected.normalize) gradient = through_normalization(gradient, x);
  CHECK(near(got.loss.value, expected.value, 1e-5));
  CHECK(gradient_difference(expected, truth.rows(),
                            [&](std::size_t i, std::size_t k) { return gradient[i][k]; }) < 1e-5);
}

/// Holds value and gradient of a loss against all its cases of the oracle, in double and in float; returns
/// how many there were.
inline int check_oracle_cases(std::string_view loss) {
  int cases = 0;
  for (const oracle::LossCase& expected : oracle::kLossCases) {
    if (expected.loss != loss) continue;
    ++cases;
    INFO(std::string(loss), ", case ", cases);
    check_in_double(expected);
    check_in_float(expected);
  }
  return cases;
}

}  // namespace nearfar::testing
