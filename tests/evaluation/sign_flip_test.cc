#include "nearfar/evaluation/sign_flip.h"

#include <doctest/doctest.h>

#include <cmath>

#include "evaluation/sakai.h"
#include "nearfar/core/parallel.h"
#include "nearfar/core/random.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

// All 2^n sign patterns, sums equal to the observed one by half.
double exact_p(const std::vector<double>& d, Sided sided) {
  double observed = 0;
  for (const double x : d) observed += x;
  double as_large = 0;
  const std::uint64_t patterns = std::uint64_t{1} << d.size();
  for (std::uint64_t pattern = 0; pattern < patterns; ++pattern) {
    double sum = 0;
    for (std::size_t i = 0; i < d.size(); ++i) sum += (pattern >> i & 1U) != 0 ? -d[i] : d[i];
    const double beyond = (sided == Sided::two ? std::abs(sum) - std::abs(observed) : sum - observed);
    as_large += beyond > 1e-9 ? 1 : beyond >= -1e-9 ? 0.5 : 0;
  }
  return as_large / static_cast<double>(patterns);
}

double standard_error(double p, double flips) { return std::sqrt(p * (1 - p) / flips); }

}  // namespace

TEST_CASE("sign_flip_p: Sakai's twenty topics give about 0.048") {
  const std::vector<double> d = sakai_differences();
  const double exact = exact_p(d, Sided::two);
  CHECK(exact == doctest::Approx((0.06591796875 + 0.032958984375) / 2));  // sums >= and > the observed one
  CHECK(std::abs(exact - kSakaiP) < 0.003);                               // the t test of the same hypothesis
  const double p = sign_flip_p(d, Sided::two, 100000, 1);
  CHECK(std::abs(p - exact) < 4 * standard_error(exact, 100000));
  CHECK(std::abs(p - 0.048) < 0.004);
}

TEST_CASE("sign_flip_p: equals the enumeration within its sampling error, for any number of differences") {
  Random random(3);
  for (const std::size_t size : {1U, 2U, 5U, 12U}) {
    for (int round = 0; round < 5; ++round) {
      std::vector<double> d(size);
      for (double& x : d) x = std::round(10 * (random.normal() + 0.4)) / 10;
      for (const Sided sided : {Sided::one, Sided::two}) {
        const double exact = exact_p(d, sided);
        const double p = sign_flip_p(d, sided, 20000, 7);
        CHECK(std::abs(p - exact) < 4.5 * standard_error(exact, 20000) + 1e-4);
      }
    }
  }
}

TEST_CASE("sign_flip_p: never 0, 1 without a difference, one-sided is about the sign") {
  const std::vector<double> large(200, 1.0);
  CHECK(sign_flip_p(large, Sided::one, 999, 0) == doctest::Approx(1.0 / 1000));
  CHECK(sign_flip_p(std::vector<double>(200, -1.0), Sided::one, 999, 0) > 0.999);
  CHECK(sign_flip_p(std::vector<double>(9, 0.0), Sided::two, 999, 0) == 1);
  CHECK(sign_flip_p({}, Sided::two, 999, 0) == 1);
  // Zeros change nothing but are no evidence either.
  std::vector<double> padded(40, 0.0);
  padded[3] = 0.5;
  padded[30] = 0.25;
  CHECK(sign_flip_p(padded, Sided::one, 9999, 0) == doctest::Approx(0.125).epsilon(0.1));
}

TEST_CASE("sign_flip_p: the same for any number of threads, another for another seed") {
  const std::vector<double> d = sakai_differences();
  set_threads(1);
  const double one = sign_flip_p(d, Sided::two, 5000, 2);
  set_threads(3);
  CHECK(sign_flip_p(d, Sided::two, 5000, 2) == one);
  set_threads(0);
  CHECK(sign_flip_p(d, Sided::two, 5000, 3) != one);
}

TEST_CASE("sign_flip_p: rejects a true hypothesis as often as it says") {
  // One-sided at 5 %, 2,000 samples of 25 normal differences around 0.
  Random random(9);
  int rejected = 0;
  for (int sample = 0; sample < 2000; ++sample) {
    std::vector<double> d(25);
    for (double& x : d) x = random.normal();
    rejected += sign_flip_p(d, Sided::one, 399, static_cast<std::uint64_t>(sample)) <= 0.05 ? 1 : 0;
  }
  CHECK(std::abs(rejected / 2000.0 - 0.05) < 3 * standard_error(0.05, 2000));
}
