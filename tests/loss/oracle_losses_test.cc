#include <doctest/doctest.h>

#include <set>

#include "loss/oracle_check.h"

using namespace nearfar;
using namespace nearfar::testing;

TEST_CASE("every loss of the oracle: its value and gradient, to 1e-9 in double and 1e-5 in float") {
  std::set<std::string_view> names;
  for (const oracle::LossCase& expected : oracle::kLossCases) names.insert(expected.loss);
  for (const LossInfo& loss : losses()) {
    INFO(std::string(loss.name));
    if (names.contains(loss.name)) CHECK(check_oracle_cases(loss.name) > 0);
  }
}
