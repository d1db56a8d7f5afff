#include <doctest/doctest.h>

#include "loss/hand_example.h"
#include "loss/oracle_check.h"

using namespace nearfar;
using namespace nearfar::testing;

TEST_CASE("contrastive: value and gradient of the oracle: both margins, euclidean and cosine") {
  CHECK(check_oracle_cases("contrastive") == 3);
}

TEST_CASE("contrastive: by hand") {
  // Similar: 1 - 0.25 = 0.75. Dissimilar: 2.5 - 3 < 0 and 2.5 - 2 = 0.5.
  const LossOptions options{.pos_margin = 0.25, .neg_margin = 2.5};
  const LossGradient sum = on_a_line("contrastive", options, Reduction::sum);
  CHECK(sum.loss.value == doctest::Approx(1.25));
  CHECK(sum.loss.terms == 3);
  CHECK(sum.loss.active == 2);
  check_gradient(sum, {-1, 1 + 1, -1});

  const LossGradient mean = on_a_line("contrastive", options, Reduction::mean);
  CHECK(mean.loss.value == doctest::Approx(0.75 + 0.5 / 2));
  check_gradient(mean, {-1, 1 + 0.5, -0.5});

  const LossGradient nonzero = on_a_line("contrastive", options, Reduction::mean_nonzero);
  CHECK(nonzero.loss.value == doctest::Approx(0.75 + 0.5));
  check_gradient(nonzero, {-1, 2, -1});
}

TEST_CASE("contrastive: similar pairs within pos and dissimilar ones beyond neg cost nothing") {
  const LossGradient none =
      on_a_line("contrastive", {.pos_margin = 1.01, .neg_margin = 1.99}, Reduction::mean_nonzero);
  CHECK(none.loss.value == 0);
  CHECK(none.loss.active == 0);
  check_gradient(none, {0, 0, 0});
}
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

TEST_CASE("contrastive-hadsell: by hand") {
  // Similar: 1. Dissimilar: 2.5 - 3 < 0 and (2.5 - 2)^2 = 0.25.
  const LossGradient sum = on_a_line("contrastive-hadsell", {.neg_margin = 2.5}, Reduction::sum);
  CHECK(sum.loss.value == doctest::Approx(1.25));
  CHECK(sum.loss.active == 2);
  check_gradient(sum, {-2, 2 + 1, -1});
}
