#pragma once

#include <doctest/doctest.h>

#include <cmath>
#include <functional>

#include "nearfar/network/layer.h"
#include "random_rows.h"

namespace nearfar::testing {

/// sum over all entries of weights x y, in double: a loss with dLoss/dy = weights.
inline double weighted_sum(const Matrix& y, const Matrix& weights) {
  double sum = 0;
  for (std::int64_t i = 0; i < y.size(); ++i) {
    sum += static_cast<double>(y.data()[i]) * static_cast<double>(weights.data()[i]);
  }
  return sum;
}

/// The largest difference between `gradient` and the central differences of `loss` in each of `numbers`,
/// relative to the largest gradient. Layers compute in float, so the step is large and a layer must be near
/// enough to linear within it.
inline double gradient_error(std::span<float> numbers, std::span<const float> gradient,
                             const std::function<double()>& loss, float step) {
  REQUIRE(numbers.size() == gradient.size());
  double worst = 0;
  double size = 0;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const float at = numbers[i];
    numbers[i] = at + step;
    const double wide = static_cast<double>(numbers[i]);
    const double above = loss();
    numbers[i] = at - step;
    const double below = loss();
    const double difference = (above - below) / (wide - static_cast<double>(numbers[i]));
    numbers[i] = at;
    worst = std::max(worst, std::abs(difference - static_cast<double>(gradient[i])));
    size = std::max(size, std::abs(static_cast<double>(gradient[i])));
  }
  return size > 0 ? worst / size : worst;
}

/// Holds both gradients of a layer against central differences: by its input, and by its parameters.
inline void check_layer(Layer& layer, Matrix x, float step, double tolerance) {
  REQUIRE(x.cols() == layer.input_dim());
  const Matrix y = layer.forward(x);
  CHECK(y.rows() == x.rows());
  CHECK(y.cols() == layer.output_dim());
  const Matrix dy = random_rows(y.rows(), y.cols(), 4711);
  const auto loss = [&] { return weighted_sum(layer.forward(x), dy); };

  const Matrix dx = layer.backward(x, y, dy, true);
  CHECK(dx.rows() == x.rows());
  CHECK(dx.cols() == x.cols());
  const std::vector<float> by_parameters(layer.gradients().begin(), layer.gradients().end());
  CHECK(gradient_error({x.data(), static_cast<std::size_t>(x.size())}, values(dx), loss, step) < tolerance);
  CHECK(gradient_error(layer.parameters(), by_parameters, loss, step) < tolerance);

  CHECK(layer.backward(x, y, dy, false).empty());
  CHECK(same_bits(layer.gradients(), by_parameters));
}

}  // namespace nearfar::testing
