#include "nearfar/network/dropout.h"

#include "network/layer_check.h"

using namespace nearfar;
using namespace nearfar::testing;

TEST_CASE("dropout: drops the share it says, scales what stays, and passes rows on after training") {
  for (const double rate : {0.0, 0.1, 0.5, 0.9}) {
    Layers layers(Shape::vector(203), "dropout " + std::to_string(rate));
    Matrix x(100, 203);
    for (std::int64_t i = 0; i < x.size(); ++i) x.data()[i] = 1;
    CHECK(same_bits(values(layers.apply(x)), values(x)));
    const Matrix y = layers.forward(x);
    std::int64_t dropped = 0;
    for (std::int64_t i = 0; i < y.size(); ++i) {
      if (y.data()[i] == 0) {
        ++dropped;
      } else {
        CHECK(y.data()[i] == doctest::Approx(1 / (1 - rate)));
      }
    }
    const auto count = static_cast<double>(y.size());
    CHECK(std::abs(static_cast<double>(dropped) - rate * count) <= 4 * std::sqrt(rate * (1 - rate) * count));
    // The gradient takes the same way as the number.
    const Matrix dx = layers.backward(x, x);
    CHECK(same_bits(values(dx), values(y)));
  }
}

TEST_CASE("dropout: another step, seed, layer or row drops others; a batch in parts drops the same") {
  Matrix x(40, 10);
  for (std::int64_t i = 0; i < x.size(); ++i) x.data()[i] = 1;
  Layers layers(Shape::vector(10), "dropout 0.5");
  const auto dropped = [&](const Pass& pass) {
    layers.pass = pass;
    return layers.forward(x);
  };
  const Matrix one = dropped({1, 1, 0});
  CHECK(same_bits(values(one), values(dropped({1, 1, 0}))));
  CHECK(!same_bits(values(one), values(dropped({2, 1, 0}))));
  CHECK(!same_bits(values(one), values(dropped({1, 2, 0}))));
  CHECK(!same_bits({one.row(0), 10}, {one.row(1), 10}));
  Layers second(Shape::vector(10), "tanh, dropout 0.5");
  second.pass = {1, 1, 0};
  Matrix x_again = x;
  CHECK(!same_bits(values(one), values(second.forward(x_again))));
  const Matrix later = dropped({1, 1, 7});
  for (std::int64_t n = 0; n + 7 < 40; ++n) CHECK(same_bits({later.row(n), 10}, {one.row(n + 7), 10}));
}
