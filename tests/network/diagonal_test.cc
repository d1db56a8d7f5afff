#include "nearfar/network/diagonal.h"

#include <doctest/doctest.h>

#include "network/gradient_check.h"

using namespace nearfar;
using namespace nearfar::testing;

TEST_CASE("Diagonal: y_j = w_j x_j") {
  const Diagonal layer({2, 0, -3});
  CHECK(layer.input_dim() == 3);
  CHECK(layer.output_dim() == 3);
  const Matrix x = random_rows(5, 3, 1);
  const Matrix y = layer.forward(x);
  for (std::int64_t i = 0; i < 5; ++i) {
    CHECK(y(i, 0) == 2 * x(i, 0));
    CHECK(y(i, 1) == 0);
    CHECK(y(i, 2) == -3 * x(i, 2));
  }
}

TEST_CASE("Diagonal: backward is the derivative by w and by x") {
  for (const std::size_t dim : {1U, 6U, 19U}) {
    Random random(2);
    std::vector<float> weights;
    for (std::size_t k = 0; k < dim; ++k) weights.push_back(static_cast<float>(random.normal()));
    Diagonal layer(weights);
    check_layer(layer, random_rows(8, static_cast<std::int64_t>(dim), 3), 0.5F, 1e-5);
  }
}
