#include <doctest/doctest.h>

#include "loss/hand_example.h"
#include "loss/oracle_check.h"

using namespace nearfar;
using namespace nearfar::testing;

TEST_CASE("contrastive-squared: value and gradient of the oracle") {
  CHECK(check_oracle_cases("contrastive-squared") == 1);
}

TEST_CASE("contrastive-squared: by hand") {
  // Similar: 1 - 0.5^2 = 0.75. Dissimilar: 2.5^2 - 3^2 < 0 and 2.5^2 - 2^2 = 2.25.
  const LossOptions options{.pos_margin = 0.5, .neg_margin = 2.5};
  const LossGradient sum = on_a_line("contrastive-squared", options, Reduction::sum);
  CHECK(sum.loss.value == doctest::Approx(3));
  CHECK(sum.loss.terms == 3);
  CHECK(sum.loss.active == 2);
  check_gradient(sum, {-2, 2 + 4, -4});

  const LossGradient mean = on_a_line("contrastive-squared", options, Reduction::mean);
  CHECK(mean.loss.value == doctest::Approx(0.75 + 2.25 / 2));
  check_gradient(mean, {-2, 2 + 2, -2});
}

TEST_CASE("contrastive-squared: without a positive margin it is y d^2 + (1 - y) max(0, m^2 - d^2)") {
  const LossGradient sum =
      on_a_line("contrastive-squared", {.pos_margin = 0, .neg_margin = 4}, Reduction::sum);
  CHECK(sum.loss.value == doctest::Approx(1 + (16 - 9) + (16 - 4)));
}
