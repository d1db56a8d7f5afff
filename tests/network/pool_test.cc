#include "nearfar/network/pool.h"

#include <limits>

#include "network/layer_check.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

std::vector<double> naive_pool(const Matrix& x, const Shape& in, const Shape& out, std::int64_t size,
                               std::int64_t stride, bool largest) {
  std::vector<double> y;
  for (std::int64_t n = 0; n < x.rows(); ++n) {
    const NaiveImage image{x.row(n), in};
    for (std::int64_t c = 0; c < in.channels; ++c) {
      for (std::int64_t i = 0; i < out.height; ++i) {
        for (std::int64_t j = 0; j < out.width; ++j) {
          double most = -std::numeric_limits<double>::infinity();
          double sum = 0;
          for (std::int64_t k = 0; k < size * size; ++k) {
            const double value = image(c, i * stride + k / size, j * stride + k % size);
            most = std::max(most, value);
            sum += value;
          }
          y.push_back(largest ? most : sum / static_cast<double>(size * size));
        }
      }
    }
  }
  return y;
}

}  // namespace

TEST_CASE("maxpool and avgpool: as naive loops, the remainder dropped; gradients by central differences") {
  for (const std::int64_t size : {1, 2, 3}) {
    for (const std::int64_t stride : {1, 2, 3}) {
      const Shape in = Shape::image(3, 7, 6);
      Matrix x = integer_rows(5, in.size(), 1, 1000000);  // far apart, so that no step changes an order
      for (std::int64_t i = 0; i < x.size(); ++i) x.data()[i] /= 100;
      for (const bool largest : {true, false}) {
        const std::string text = std::string(largest ? "maxpool " : "avgpool ") + std::to_string(size) +
                                 " stride " + std::to_string(stride);
        CAPTURE(text);
        Layers layers(in, text);
        const Shape& out = layers.chain.output();
        CHECK(out.height == (7 - size) / stride + 1);
        CHECK(out.width == (6 - size) / stride + 1);
        check_equal(layers.apply(x), naive_pool(x, in, out, size, stride, largest), 1e-6);
        check_gradients(layers, x, 1.0F, 1e-2);
      }
    }
  }
  CHECK(Layers(Shape::image(1, 7, 7), "maxpool 2").chain.output().width == 3);  // stride is the size
}

TEST_CASE("maxpool: of equal numbers the first one gets the gradient") {
  for (const std::int64_t size : {2, 3}) {
    Layers layers(Shape::image(1, size, size), "maxpool " + std::to_string(size));
    const Matrix x(1, size * size);
    static_cast<void>(layers.forward(x));
    Matrix dy(1, 1);
    dy(0, 0) = 5;
    const Matrix dx = layers.backward(x, dy);
    for (std::int64_t k = 0; k < dx.size(); ++k) CHECK(dx.data()[k] == (k == 0 ? 5.0F : 0.0F));
  }
}

TEST_CASE("globalpool: the mean of each channel; flatten and channels-first only move numbers") {
  const Shape in = Shape::image(3, 4, 5);
  const Matrix x = random_rows(6, in.size(), 2);
  Layers pool(in, "globalpool");
  CHECK(pool.chain.output().flat);
  std::vector<double> expected;
  for (std::int64_t n = 0; n < 6; ++n) {
    for (std::int64_t c = 0; c < 3; ++c) {
      double sum = 0;
      for (std::int64_t k = 0; k < 20; ++k) sum += static_cast<double>(x(n, c * 20 + k));
      expected.push_back(sum / 20);
    }
  }
  check_equal(pool.apply(x), expected, 1e-6);
  check_gradients(pool, x, 0.1F, 1e-3);

  Layers flatten(in, "flatten");
  CHECK(same_bits(values(flatten.apply(x)), values(x)));
  check_gradients(flatten, x, 0.1F, 1e-3);

  Layers first(in, "channels-first");
  const Matrix moved = first.apply(x);
  for (std::int64_t i = 0; i < 4; ++i) {
    for (std::int64_t j = 0; j < 5; ++j) {
      for (std::int64_t c = 0; c < 3; ++c)
        CHECK(NaiveImage{moved.row(2), in}(c, i, j) == static_cast<double>(x(2, (i * 5 + j) * 3 + c)));
    }
  }
  check_gradients(first, x, 0.1F, 1e-3);
}
