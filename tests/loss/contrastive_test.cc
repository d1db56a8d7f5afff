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
      on_a_line("contrastive", {.pos_margin = 1, .neg_margin = 2}, Reduction::mean_nonzero);
  CHECK(none.loss.value == 0);
  CHECK(none.loss.active == 0);
  check_gradient(none, {0, 0, 0});
}
