#include "nearfar/training/schedule.h"

#include <doctest/doctest.h>

#include <vector>

#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

// The factor of every step of 10, two a epoch.
std::vector<double> table(std::string_view text) {
  std::vector<double> factors;
  for (std::int64_t step = 0; step < 10; ++step)
    factors.push_back(parse_schedule(text).factor(step, 10, step / 2 + 1));
  return factors;
}

void check(std::string_view text, const std::vector<double>& expected) {
  const std::vector<double> factors = table(text);
  for (std::size_t s = 0; s < 10; ++s) CHECK(factors[s] == doctest::Approx(expected[s]).epsilon(1e-6));
}

}  // namespace

TEST_CASE("schedule: the factor of every step") {
  check("constant", {1, 1, 1, 1, 1, 1, 1, 1, 1, 1});
  check("step:2", {1, 1, 1, 1, 0.1, 0.1, 0.1, 0.1, 0.01, 0.01});
  check("step:1:0.5", {1, 1, 0.5, 0.5, 0.25, 0.25, 0.125, 0.125, 0.0625, 0.0625});
  check("warmup:4", {0.25, 0.5, 0.75, 1, 1, 1, 1, 1, 1, 1});
  check("warmup:4,step:2:0.5", {0.25, 0.5, 0.75, 1, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25});
  // (1 + cos(pi s / 10)) / 2
  check("cosine", {1, 0.97552826, 0.90450850, 0.79389263, 0.65450850, 0.5, 0.34549150, 0.20610737, 0.09549150,
                   0.02447174});
  // rises over 2 steps, then falls over the 8 that are left
  check("warmup:2,cosine",
        {0.5, 1, 1, 0.96193977, 0.85355339, 0.69134172, 0.5, 0.30865828, 0.14644661, 0.03806023});
}

TEST_CASE("schedule: written as it is read; what is none is refused") {
  for (const std::string text :
       {"constant", "cosine", "step:3:0.1", "warmup:100,cosine", "warmup:7,constant"})
    CHECK(parse_schedule(text).text() == text);
  CHECK(parse_schedule("step:3").text() == "step:3:0.1");
  for (const std::string text :
       {"", "cosin", "step", "step:0", "step:x", "step:1:0", "step:1:2", "step:1:0.1:3", "warmup", "warmup:0",
        "cosine,warmup:3", "cosine,constant", "cosine:3", "warmup:3,warmup:3", "constant,", "step:-1"}) {
    CAPTURE(text);
    CHECK(kind_of([&] { (void)parse_schedule(text); }) == kUsage);
  }
}
