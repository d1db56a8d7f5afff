#include <doctest/doctest.h>

#include <cmath>

#include "loss/hand_example.h"
#include "loss/oracle_check.h"

using namespace nearfar;
using namespace nearfar::testing;

TEST_CASE("triplet: value and gradient of the oracle: plain, squared distances, smooth, swap") {
  CHECK(check_oracle_cases("triplet") == 5);
}

TEST_CASE("triplet: by hand") {
  // (0,1,2): 1 - 3 + 1.5 < 0. (1,0,2): 1 - 2 + 1.5 = 0.5.
  const LossOptions options{.margin = 1.5};
  const LossGradient sum = on_a_line("triplet", options, Reduction::sum);
  CHECK(sum.loss.value == doctest::Approx(0.5));
  CHECK(sum.loss.terms == 2);
  CHECK(sum.loss.active == 1);
  check_gradient(sum, {-1, 1 + 1, -1});

  const LossGradient mean = on_a_line("triplet", options, Reduction::mean);
  CHECK(mean.loss.value == doctest::Approx(0.25));
  check_gradient(mean, {-0.5, 1, -0.5});

  CHECK(on_a_line("triplet", options, Reduction::mean_nonzero).loss.value == doctest::Approx(0.5));
}

TEST_CASE("triplet: swap takes the distance of positive and negative where that is the smaller") {
  // (0,1,2): 1 - min(3, 2) + 1.5 = 0.5, its negative seen from row 1; (1,0,2): 1 - min(2, 3) + 1.5 = 0.5.
  const LossGradient sum = on_a_line("triplet", {.margin = 1.5, .swap = true}, Reduction::sum);
  CHECK(sum.loss.value == doctest::Approx(1));
  CHECK(sum.loss.active == 2);
  check_gradient(sum, {-2, 2 + 2, -2});
}

TEST_CASE("triplet: smooth is log(1 + e^x), also where e^x leaves the range of a double") {
  const LossGradient sum = on_a_line("triplet", {.margin = 1.5, .smooth = true}, Reduction::sum);
  CHECK(sum.loss.value == doctest::Approx(std::log(1 + std::exp(-0.5)) + std::log(1 + std::exp(0.5))));
  CHECK(sum.loss.active == 2);

  const LossGradient far = on_a_line("triplet", {.margin = 10000, .smooth = true}, Reduction::mean);
  CHECK(far.loss.value == doctest::Approx(10000 - 1.5));
  const LossGradient near_zero = on_a_line("triplet", {.margin = -10000, .smooth = true}, Reduction::mean);
  CHECK(near_zero.loss.value == 0);
  check_gradient(near_zero, {0, 0, 0});
}
