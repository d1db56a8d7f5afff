#pragma once

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <string>

#include "nearfar/network/make_layers.h"
#include "random_rows.h"

namespace nearfar::testing {

/// Layers with their numbers, outside of a Network so that the gradient by the input can be seen too.
struct Layers {
  Chain chain;
  Parameters parameters;
  Pass pass{11, 3, 0};

  Layers(const Shape& input, std::string_view text, bool random_numbers = true) {
    std::int64_t number = 0;
    chain = make_chain(parse_layers(text), input, number);
    std::size_t place = 0;
    for (const auto& layer : chain.layers()) layer->declare(parameters, std::to_string(++place) + ".");
    parameters.allocate();
    Random random(5);
    for (const auto& layer : chain.layers()) {
      layer->bind(parameters);
      layer->initialise(random, false);
    }
    if (!random_numbers) return;
    // Biases and scales away from 0 and 1; variances stay positive.
    for (float& value : parameters.values()) value += static_cast<float>(0.3 * random.uniform());
  }
  [[nodiscard]] Matrix apply(const Matrix& x) const {
    Matrix y(x.rows(), chain.output().size());
    chain.apply(x, y.data());
    return y;
  }
  [[nodiscard]] Matrix forward(const Matrix& x) { return chain.forward(x, pass); }
  /// dLoss/dx for dLoss/dy, after forward().
  [[nodiscard]] Matrix backward(const Matrix& x, const Matrix& dy) {
    Matrix dx(x.rows(), x.cols());
    chain.backward(dy, dx.data());
    return dx;
  }
};

/// sum over all entries of weights x y, in double: a loss with dLoss/dy = weights.
inline double weighted_sum(const Matrix& y, const Matrix& weights) {
  double sum = 0;
  for (std::int64_t i = 0; i < y.size(); ++i)
    sum += static_cast<double>(y.data()[i]) * static_cast<double>(weights.data()[i]);
  return sum;
}

/// The largest difference between `gradient` and the central differences of `loss` in each of `numbers`,
/// relative to the largest gradient, or to `size` if that is larger. Layers compute in float, so the step is
/// large and a layer must be near enough to linear within it.
inline double gradient_error(std::span<float> numbers, std::span<const float> gradient,
                             const std::function<double()>& loss, float step, double size = 0) {
  REQUIRE(numbers.size() == gradient.size());
  double worst = 0;
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

/// Holds both gradients of the layers against central differences: by their input, and by every trained
/// array.
inline void check_gradients(Layers& layers, Matrix x, float step, double tolerance) {
  const Matrix y = layers.forward(x);
  REQUIRE(y.rows() == x.rows());
  REQUIRE(y.cols() == layers.chain.output().size());
  const Matrix dy = random_rows(y.rows(), y.cols(), 4711);
  const Matrix dx = layers.backward(x, dy);
  const auto loss = [&] { return weighted_sum(layers.forward(x), dy); };
  std::vector<std::vector<float>> gradients;
  for (std::size_t t = 0; t < layers.parameters.tensors().size(); ++t) {
    const std::span<float> gradient = layers.parameters.gradients(t);
    gradients.emplace_back(gradient.begin(), gradient.end());
  }
  // A bias in front of batch norm has a gradient of 0, which no difference of floats can show.
  double largest = 0;
  for (const float value : layers.parameters.gradients())
    largest = std::max(largest, std::abs(static_cast<double>(value)));
  CHECK(gradient_error({x.data(), static_cast<std::size_t>(x.size())}, values(dx), loss, step) < tolerance);
  for (std::size_t t = 0; t < gradients.size(); ++t) {
    const Tensor& tensor = layers.parameters.tensors()[t];
    if (tensor.kind == TensorKind::statistic) continue;
    CAPTURE(tensor.name);
    CHECK(gradient_error(layers.parameters.values(t), gradients[t], loss, step, 0.05 * largest) < tolerance);
  }
}

/// |a - b| of all entries within `tolerance` of the largest of b.
inline void check_equal(const Matrix& a, const std::vector<double>& b, double tolerance) {
  REQUIRE(static_cast<std::size_t>(a.size()) == b.size());
  double largest = 0;
  for (const double value : b) largest = std::max(largest, std::abs(value));
  for (std::size_t i = 0; i < b.size(); ++i) {
    if (!(std::abs(static_cast<double>(a.data()[i]) - b[i]) <= tolerance * largest))
      FAIL_CHECK("entry " << i << ": " << a.data()[i] << ", expected " << b[i]);
  }
}

/// An image of one row as a function of channel, row and column: 0 outside.
struct NaiveImage {
  const float* data;
  Shape shape;
  [[nodiscard]] double operator()(std::int64_t c, std::int64_t i, std::int64_t j) const {
    if (i < 0 || j < 0 || i >= shape.height || j >= shape.width) return 0;
    return static_cast<double>(data[(c * shape.height + i) * shape.width + j]);
  }
};

}  // namespace nearfar::testing
