#include "nearfar/evaluation/verdict.h"

#include <doctest/doctest.h>

#include <cmath>

#include "evaluation/outcomes.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

Outcome sample() {
  Outcome outcome = outcome_with(
      {mean_measure("hit@1", {1, 0, 1, 1, 0, 1, 1, 1}), mean_measure("map@r", skewed_values(8, 1))});
  outcome.slicings = {{"camera", {"1", "2"}, {0, 0, 0, 0, 1, 1, 1, -1}}};
  return outcome;
}

JudgeOptions with_gates(std::initializer_list<std::string_view> gates) {
  JudgeOptions options;
  options.statistics.resamples = 300;
  for (const std::string_view gate : gates) options.gates.push_back(parse_gate(gate));
  return options;
}

}  // namespace

TEST_CASE("judge: gates on measures, counts, ends of intervals and slices") {
  const Verdict verdict =
      judge(sample(), with_gates({"hit@1>=0.75", "queries>=8", "hit@1.low>=0.4", "hit@1.high<=0.95",
                                  "min(hit@1 by camera)>=0.7", "max(hit@1 by camera)<=0.75"}));
  REQUIRE(verdict.gates.size() == 6);
  CHECK(verdict.gates[0].value == 0.75);
  CHECK(verdict.gates[0].passed);
  CHECK(verdict.gates[1].value == 8);
  CHECK(verdict.gates[2].value == verdict.estimates[0].interval->low);
  CHECK(verdict.gates[3].value == verdict.estimates[0].interval->high);
  CHECK(verdict.gates[4].value == doctest::Approx(2.0 / 3));
  CHECK(verdict.gates[4].where == "camera=2");
  CHECK(!verdict.gates[4].passed);
  CHECK(verdict.gates[5].value == 0.75);
  CHECK(verdict.gates[5].where == "camera=1");
  CHECK(verdict.exit_status() == 1);
  REQUIRE(verdict.slices.size() == 2);
  CHECK(verdict.slices[1].name() == "camera=2");
  CHECK(verdict.slices[1].units == 3);  // the unit that is in no slice is in none
}

TEST_CASE("judge: nothing that is not a number ever passes") {
  Outcome outcome = sample();
  outcome.measures[1].value = std::nan("");
  for (const std::string_view gate : {"map@r>=0", "map@r<=1"}) {
    const JudgeOptions options = with_gates({gate});
    CHECK(kind_of([&] { (void)judge(outcome, options); }) == kData);
  }
  outcome = sample();
  for (std::size_t u : {4U, 5U, 6U}) outcome.measures[0].per_unit[u] = std::nan("");
  for (const std::string_view gate : {"min(hit@1 by camera)>=0", "max(hit@1 by camera)<=1"}) {
    const JudgeOptions options = with_gates({gate});
    CHECK(kind_of([&] { (void)judge(outcome, options); }) == kData);
  }
  const JudgeOptions low = with_gates({"hit@1.low>=0"});
  Outcome one = outcome_with({mean_measure("hit@1", {1})});
  CHECK(kind_of([&] { (void)judge(one, low); }) == kData);
  const JudgeOptions unknown = with_gates({"mrr>=0"});
  CHECK(kind_of([&] { (void)judge(sample(), unknown); }) == kUsage);
  const JudgeOptions count = with_gates({"queries.low>=0"});
  CHECK(kind_of([&] { (void)judge(sample(), count); }) == kUsage);
}

TEST_CASE("judge: drop gates pass, fail or are inconclusive, and the policy decides the exit status") {
  const std::vector<double> before = skewed_values(400, 2);
  std::vector<double> slightly = before;
  Random random(3);
  for (double& value : slightly) value -= 0.02 + 0.1 * random.normal();  // standard error .005
  const Outcome now = outcome_with({mean_measure("map@r", slightly)});
  const Baseline baseline = baseline_of(outcome_with({mean_measure("map@r", before)}));
  const auto judged = [&](std::string_view gate, Inconclusive policy) {
    JudgeOptions options = with_gates({gate});
    options.baseline = &baseline;
    options.baseline_name = "b.json";
    options.inconclusive = policy;
    return judge(now, options);
  };
  for (const Inconclusive policy :
       {Inconclusive::point, Inconclusive::pass, Inconclusive::fail, Inconclusive::error}) {
    CHECK(judged("map@r drop<=0.05", policy).exit_status() == 0);
    CHECK(judged("map@r drop<=0.0", policy).exit_status() == 1);
  }
  const double drop = judged("map@r drop<=0", Inconclusive::pass).gates[0].value;
  const std::string just = "map@r drop<=" + std::to_string(drop + 0.001);
  CHECK(judged(just, Inconclusive::point).gates[0].outcome == GateOutcome::inconclusive);
  CHECK(judged(just, Inconclusive::point).exit_status() == 0);
  CHECK(judged(just, Inconclusive::pass).exit_status() == 0);
  CHECK(judged(just, Inconclusive::fail).exit_status() == 1);
  CHECK(judged(just, Inconclusive::error).exit_status() == 6);
  CHECK(!judged(just, Inconclusive::error).passed());
}

TEST_CASE("judge: a failure counts more than an inconclusive gate; p-values are adjusted together") {
  const std::vector<double> before = skewed_values(400, 2);
  std::vector<double> slightly = before;
  Random random(3);
  for (double& value : slightly) value -= 0.02 + 0.1 * random.normal();
  const Outcome now = outcome_with({mean_measure("map@r", slightly)});
  const Baseline baseline = baseline_of(outcome_with({mean_measure("map@r", before)}));
  JudgeOptions options = with_gates({"map@r drop<=0.02", "map@r drop<=0.0", "map@r>=0"});
  options.baseline = &baseline;
  options.inconclusive = Inconclusive::error;
  const Verdict verdict = judge(now, options);
  CHECK(verdict.exit_status() == 1);
  const double first = verdict.gates[0].drop->p;
  const double second = verdict.gates[1].drop->p;
  CHECK(verdict.gates[1].drop->p_holm == doctest::Approx(std::min(1.0, 2 * second)));
  CHECK(verdict.gates[0].drop->p_holm == doctest::Approx(std::max(first, std::min(1.0, 2 * second))));
  CHECK(!verdict.gates[2].drop);
}

TEST_CASE("judge: a baseline without the measure of a drop gate is refused") {
  const Baseline baseline = baseline_of(outcome_with({mean_measure("mrr", skewed_values(8, 4))}));
  JudgeOptions options = with_gates({"map@r drop<=1"});
  options.baseline = &baseline;
  options.baseline_name = "b.json";
  CHECK(kind_of([&] { (void)judge(sample(), options); }) == kData);
  JudgeOptions single = with_gates({"hit@1 drop<=1"});
  const Outcome one = outcome_with({mean_measure("hit@1", {1})});
  const Baseline of_one = baseline_of(one);
  single.baseline = &of_one;
  CHECK(kind_of([&] { (void)judge(one, single); }) == kData);
}
