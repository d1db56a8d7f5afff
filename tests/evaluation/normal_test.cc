#include "nearfar/evaluation/normal.h"

#include <doctest/doctest.h>

#include <cmath>

using namespace nearfar;

TEST_CASE("normal_quantile: published values") {
  // The check values of AS 241 and of the usual tables.
  CHECK(normal_quantile(0.25) == doctest::Approx(-0.6744897501960817).epsilon(1e-14));
  CHECK(normal_quantile(0.001) == doctest::Approx(-3.090232306167814).epsilon(1e-14));
  CHECK(normal_quantile(1e-20) == doctest::Approx(-9.262340089798408).epsilon(1e-14));
  CHECK(normal_quantile(0.975) == doctest::Approx(1.959963984540054).epsilon(1e-14));
  CHECK(normal_quantile(0.5) == 0);
  CHECK(std::isinf(normal_quantile(0)));
  CHECK(std::isinf(normal_quantile(1)));
}

TEST_CASE("normal_quantile is the inverse of normal_cdf") {
  for (double z = -8; z <= 5; z += 0.01) {
    CAPTURE(z);
    CHECK(normal_quantile(normal_cdf(z)) == doctest::Approx(z).epsilon(1e-9));
  }
  CHECK(normal_cdf(1.959963984540054) == doctest::Approx(0.975).epsilon(1e-15));
}
