#include "nearfar/network/normalize.h"

#include <doctest/doctest.h>

#include "network/gradient_check.h"

using namespace nearfar;
using namespace nearfar::testing;

TEST_CASE("Normalize: rows of length 1 in the same direction, whatever their scale") {
  for (const double scale : {1e-40, 1e-25, 1e-3, 1.0, 1e10, 1e36}) {
    const Matrix x = random_rows(6, 5, 1, scale);
    const Matrix y = Normalize(5).forward(x);
    INFO("scale ", scale);
    for (std::int64_t i = 0; i < 6; ++i) {
      double along = 0;
      double length = 0;
      double before = 0;
      for (std::int64_t k = 0; k < 5; ++k) {
        const double a = static_cast<double>(x(i, k));
        const double b = static_cast<double>(y(i, k));
        along += a * b;
        length += b * b;
        before += a * a;
      }
      CHECK(near(length, 1, 1e-6));
      CHECK(near(along, std::sqrt(before), 1e-6));
    }
    Matrix in_place = x;
    normalize_rows(in_place);
    CHECK(same_bits(values(in_place), values(y)));
  }
}

TEST_CASE("Normalize: a row of zeros stays zero and passes no gradient") {
  Normalize layer(3);
  Matrix x = random_rows(3, 3, 2);
  std::fill_n(x.row(1), 3, 0.0F);
  const Matrix y = layer.forward(x);
  const Matrix dx = layer.backward(x, y, random_rows(3, 3, 3), true);
  for (std::int64_t k = 0; k < 3; ++k) {
    CHECK(y(1, k) == 0);
    CHECK(dx(1, k) == 0);
    CHECK(std::isfinite(dx(0, k)));
  }
}

TEST_CASE("Normalize: backward is the derivative by x") {
  for (const std::int64_t dim : {2, 5, 16}) {
    Normalize layer(dim);
    CHECK(layer.parameters().empty());
    CHECK(layer.gradients().empty());
    Matrix x = random_rows(6, dim, 4);
    for (std::int64_t i = 0; i < 6; ++i) x(i, 0) += 3;  // away from 0, where the map bends
    check_layer(layer, x, 0.01F, 2e-4);
  }
}

TEST_CASE("Normalize: in one dimension only the sign is left, so the gradient is 0") {
  Normalize layer(1);
  Matrix x(2, 1);
  x(0, 0) = -7;
  x(1, 0) = 0.1F;
  const Matrix y = layer.forward(x);
  CHECK(y(0, 0) == -1);
  CHECK(y(1, 0) == 1);
  const Matrix dx = layer.backward(x, y, random_rows(2, 1, 5), true);
  CHECK(dx(0, 0) == 0);
  CHECK(dx(1, 0) == 0);
}
