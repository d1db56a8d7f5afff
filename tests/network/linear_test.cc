#include "nearfar/network/linear.h"

#include "network/layer_check.h"

using namespace nearfar;
using namespace nearfar::testing;

TEST_CASE("linear: W x + b as a naive sum, and both gradients by central differences") {
  for (const auto& [rows, in, out] : {std::tuple{1, 1, 1}, {7, 5, 3}, {40, 19, 50}}) {
    for (const bool bias : {true, false}) {
      const std::string text = "linear " + std::to_string(out) + (bias ? "" : " no-bias");
      Layers layers(Shape::vector(in), text);
      const Matrix x = random_rows(rows, in, 1);
      const std::span<float> w = layers.parameters.values(0);
      std::vector<double> expected;
      for (std::int64_t n = 0; n < rows; ++n) {
        for (std::int64_t o = 0; o < out; ++o) {
          double sum =
              bias ? static_cast<double>(layers.parameters.values(1)[static_cast<std::size_t>(o)]) : 0;
          for (std::int64_t k = 0; k < in; ++k)
            sum +=
                static_cast<double>(w[static_cast<std::size_t>(o * in + k)]) * static_cast<double>(x(n, k));
          expected.push_back(sum);
        }
      }
      check_equal(layers.apply(x), expected, 1e-6);
      check_equal(layers.forward(x), expected, 1e-6);
      check_gradients(layers, x, 0.05F, 2e-4);
    }
  }
}

TEST_CASE("linear: starts with the variance 2 / inputs, and biases at 0") {
  const Layers layers(Shape::vector(300), "linear 200", false);
  double squares = 0;
  double sum = 0;
  const std::span<const float> all = layers.parameters.values();
  for (std::size_t i = 0; i < 60000; ++i) {
    sum += static_cast<double>(all[i]);
    squares += static_cast<double>(all[i]) * static_cast<double>(all[i]);
  }
  // Of 60,000 draws: four standard errors.
  CHECK(squares / 60000 == doctest::Approx(2.0 / 300).epsilon(4 * std::sqrt(2.0 / 60000)));
  CHECK(std::abs(sum / 60000) < 4 * std::sqrt(2.0 / 300 / 60000));
  for (std::size_t i = 60000; i < all.size(); ++i) CHECK(all[i] == 0);
}

TEST_CASE("diagonal: starts at 1; a weight for every number, and its gradients") {
  Layers start(Shape::vector(4), "diagonal", false);
  const Matrix x = random_rows(6, 4, 3);
  CHECK(same_bits(values(start.apply(x)), values(x)));
  Layers layers(Shape::vector(4), "diagonal");
  std::vector<double> expected;
  for (std::int64_t i = 0; i < x.size(); ++i) {
    expected.push_back(static_cast<double>(x.data()[i]) *
                       static_cast<double>(layers.parameters.values(0)[static_cast<std::size_t>(i % 4)]));
  }
  check_equal(layers.apply(x), expected, 1e-6);
  check_gradients(layers, x, 0.05F, 1e-4);
}
