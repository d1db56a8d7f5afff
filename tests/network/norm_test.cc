// batch norm and layer norm
#include "nearfar/network/batch_norm.h"
#include "network/layer_check.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

constexpr double kEpsilon = 1e-5;

struct Moments {
  double mean = 0;
  double variance = 0;  // of n
};

Moments moments_of(const std::vector<double>& values) {
  Moments m;
  for (const double value : values) m.mean += value / static_cast<double>(values.size());
  for (const double value : values)
    m.variance += (value - m.mean) * (value - m.mean) / static_cast<double>(values.size());
  return m;
}

std::vector<double> channel(const Matrix& x, const Shape& shape, std::int64_t c) {
  std::vector<double> numbers;
  for (std::int64_t n = 0; n < x.rows(); ++n) {
    for (std::int64_t k = 0; k < shape.positions(); ++k)
      numbers.push_back(static_cast<double>(x(n, c * shape.positions() + k)));
  }
  return numbers;
}

}  // namespace

TEST_CASE("batchnorm: in training by the batch, afterwards by the running statistics; gradients") {
  for (const Shape& shape : {Shape::vector(5), Shape::image(3, 2, 4)}) {
    Layers layers(shape, "batchnorm");
    const auto value = [&](std::size_t tensor, std::int64_t c) {
      return static_cast<double>(layers.parameters.values(tensor)[static_cast<std::size_t>(c)]);
    };
    const Matrix x = random_rows(30, shape.size(), 1, 3);
    const std::vector<float> mean_before(layers.parameters.values(2).begin(),
                                         layers.parameters.values(2).end());
    const std::vector<float> variance_before(layers.parameters.values(3).begin(),
                                             layers.parameters.values(3).end());
    const auto expected = [&](bool running) {
      std::vector<double> y;
      for (std::int64_t n = 0; n < x.rows(); ++n) {
        for (std::int64_t k = 0; k < x.cols(); ++k) {
          const std::int64_t c = k / shape.positions();
          Moments m = moments_of(channel(x, shape, c));
          if (running) m = {value(2, c), value(3, c)};
          y.push_back(value(0, c) * (static_cast<double>(x(n, k)) - m.mean) /
                          std::sqrt(m.variance + kEpsilon) +
                      value(1, c));
        }
      }
      return y;
    };
    check_equal(layers.apply(x), expected(true), 1e-6);
    check_equal(layers.forward(x), expected(false), 1e-6);
    for (std::int64_t c = 0; c < shape.channels; ++c) {
      const std::vector<double> numbers = channel(x, shape, c);
      const Moments m = moments_of(numbers);
      const auto at = static_cast<std::size_t>(c);
      const double of_rest = static_cast<double>(numbers.size()) / static_cast<double>(numbers.size() - 1);
      CHECK(value(2, c) == doctest::Approx(0.9 * static_cast<double>(mean_before[at]) + 0.1 * m.mean));
      CHECK(value(3, c) ==
            doctest::Approx(0.9 * static_cast<double>(variance_before[at]) + 0.1 * m.variance * of_rest));
    }
    check_equal(layers.apply(x), expected(true), 1e-6);
    CHECK(layers.chain.couples_rows());
    check_gradients(layers, random_rows(8, shape.size(), 2), 0.01F, 2e-3);
  }
}

TEST_CASE("batchnorm: one row, or equal rows, give the shift and no gradient that is not finite") {
  Layers layers(Shape::vector(3), "batchnorm");
  const Matrix x = random_rows(1, 3, 3);
  const Matrix y = layers.forward(x);
  for (std::int64_t c = 0; c < 3; ++c)
    CHECK(y(0, c) == layers.parameters.values(1)[static_cast<std::size_t>(c)]);
  const Matrix dx = layers.backward(x, random_rows(1, 3, 4));
  for (std::int64_t c = 0; c < 3; ++c) CHECK(std::isfinite(dx(0, c)));
}

TEST_CASE("layernorm: mean and variance of the row; gradients") {
  for (const Shape& shape : {Shape::vector(7), Shape::image(2, 2, 3)}) {
    Layers layers(shape, "layernorm");
    const Matrix x = random_rows(6, shape.size(), 5, 2);
    std::vector<double> expected;
    for (std::int64_t n = 0; n < x.rows(); ++n) {
      const Moments m = moments_of(in_double(x.row(n), x.cols()));
      for (std::int64_t k = 0; k < x.cols(); ++k) {
        const auto at = static_cast<std::size_t>(k);
        expected.push_back(static_cast<double>(layers.parameters.values(0)[at]) *
                               (static_cast<double>(x(n, k)) - m.mean) / std::sqrt(m.variance + kEpsilon) +
                           static_cast<double>(layers.parameters.values(1)[at]));
      }
    }
    check_equal(layers.apply(x), expected, 1e-6);
    CHECK(!layers.chain.couples_rows());
    check_gradients(layers, x, 0.01F, 2e-3);
  }
}

TEST_CASE("normalize: rows of length 1 in the same direction, whatever their scale; zero rows stay") {
  for (const double scale : {1e-18, 1e-3, 1.0, 1e18}) {
    Layers layers(Shape::vector(5), "normalize");
    const Matrix x = random_rows(6, 5, 6, scale);
    std::vector<double> expected;
    for (std::int64_t n = 0; n < 6; ++n) {
      double squares = 0;
      for (const double value : in_double(x.row(n), 5)) squares += value * value;
      for (const double value : in_double(x.row(n), 5)) expected.push_back(value / std::sqrt(squares));
    }
    check_equal(layers.apply(x), expected, 1e-6);
  }
  Layers layers(Shape::vector(4), "normalize");
  Matrix x = random_rows(6, 4, 7);
  for (std::int64_t n = 0; n < 6; ++n) x(n, 0) += 3;  // away from 0, where the map bends
  check_gradients(layers, x, 0.01F, 1e-3);
  std::fill_n(x.row(1), 4, 0.0F);
  const Matrix y = layers.forward(x);
  const Matrix dx = layers.backward(x, random_rows(6, 4, 8));
  for (std::int64_t k = 0; k < 4; ++k) {
    CHECK(y(1, k) == 0);
    CHECK(dx(1, k) == 0);
  }
}
