#pragma once

// A loss at full precision, on rows in double.

#include <vector>

#include "nearfar/loss/evaluate.h"

namespace nearfar::testing {

using DoubleRows = std::vector<std::vector<double>>;

struct DoubleGradient {
  LossValue loss;
  DoubleRows gradient;
  std::vector<double> own_gradient;
};

inline std::vector<double> flat(const DoubleRows& x) {
  std::vector<double> values;
  for (const auto& row : x) values.insert(values.end(), row.begin(), row.end());
  return values;
}

inline DoubleGradient evaluate_in_double(const LossInfo& loss, const LossOptions& options,
                                         DistanceKind distance, const DoubleRows& x,
                                         const Supervision& supervision, const DoubleRows& own = {},
                                         const DoubleRows& memory = {}) {
  const auto view = [](const std::vector<double>& values, const DoubleRows& rows) {
    const auto cols = rows.empty() ? std::int64_t{0} : static_cast<std::int64_t>(rows.front().size());
    return Rows<double>{values.data(), static_cast<std::int64_t>(rows.size()), cols, cols};
  };
  const std::vector<double> rows = flat(x);
  const std::vector<double> own_rows = flat(own);
  const std::vector<double> memory_rows = flat(memory);
  const Evaluation<double> got = evaluate_batch(loss, options, distance, view(rows, x), supervision,
                                                view(own_rows, own), view(memory_rows, memory));
  DoubleGradient result{got.loss, x, got.own_gradient};
  std::size_t k = 0;
  for (auto& row : result.gradient) {
    for (double& value : row) value = got.gradient[k++];
  }
  return result;
}

}  // namespace nearfar::testing
