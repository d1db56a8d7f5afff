#include "nearfar/network/linear.h"

#include <doctest/doctest.h>

#include "network/gradient_check.h"

using namespace nearfar;
using namespace nearfar::testing;

TEST_CASE("Linear: y = L x for every row") {
  for (const std::int64_t in : {1, 3, 20}) {
    for (const std::int64_t out : {1, 4, 17}) {
      const Matrix l = random_rows(out, in, 1);
      const Matrix x = random_rows(9, in, 2);
      const Linear layer(l);
      CHECK(layer.input_dim() == in);
      CHECK(layer.output_dim() == out);
      const Matrix y = layer.forward(x);
      for (std::int64_t i = 0; i < 9; ++i) {
        for (std::int64_t r = 0; r < out; ++r) {
          double sum = 0;
          for (std::int64_t k = 0; k < in; ++k)
            sum += static_cast<double>(l(r, k)) * static_cast<double>(x(i, k));
          CHECK(near(static_cast<double>(y(i, r)), sum, 1e-5, 1e-5));
        }
      }
    }
  }
}

TEST_CASE("Linear: backward is the derivative by L and by x") {
  for (const std::int64_t in : {1, 5, 18}) {
    for (const std::int64_t out : {1, 4, 17}) {
      Linear layer(random_rows(out, in, 3));
      check_layer(layer, random_rows(7, in, 4), 0.5F, 1e-5);  // linear: the step may be large
    }
  }
}

TEST_CASE("Linear: its parameters are L, and changing them changes the map") {
  Linear layer(random_rows(2, 3, 5));
  REQUIRE(layer.parameters().size() == 6);
  for (float& value : layer.parameters()) value = 2;
  Matrix x(1, 3);
  x(0, 0) = 1;
  x(0, 2) = 4;
  CHECK(layer.forward(x)(0, 0) == 10);
  CHECK(layer.forward(x)(0, 1) == 10);
}

TEST_CASE("Linear: the row count and the threads do not change the bits of a row") {
  const Linear layer(random_rows(13, 40, 6));
  const Matrix x = random_rows(100, 40, 7);
  const Matrix all = layer.forward(x);
  for (const int count : {1, 2, 3}) {
    const Threads use(count);
    CHECK(same_bits(values(layer.forward(x)), values(all)));
    for (const std::int64_t i : {0, 57, 99}) {
      CHECK(same_bits(values(layer.forward(x.view().slice(i, i + 1))), {all.row(i), 13}));
    }
  }
}
