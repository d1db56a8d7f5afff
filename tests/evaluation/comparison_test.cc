#include "nearfar/evaluation/comparison.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "evaluation/outcomes.h"
#include "evaluation/sakai.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

const double kNaN = std::nan("");

StatisticsOptions options() {
  StatisticsOptions with;
  with.resamples = 2000;
  return with;
}

int compared(const Outcome& outcome, const Baseline& baseline) {
  return kind_of([&] { (void)compare(outcome, baseline, "b.json", options()); });
}

}  // namespace

TEST_CASE("compare: Sakai's twenty topics") {
  const Outcome before = outcome_with({mean_measure("map", {kSakaiA.begin(), kSakaiA.end()})});
  const Outcome now = outcome_with({mean_measure("map", {kSakaiB.begin(), kSakaiB.end()})});
  StatisticsOptions with = options();
  with.resamples = 20000;
  const std::vector<Comparison> found = compare(now, baseline_of(before), "b.json", with);
  REQUIRE(found.size() == 1);
  const Comparison& comparison = found[0];
  CHECK(comparison.drop == doctest::Approx(kSakaiMean));
  CHECK(comparison.units == 20);
  CHECK(comparison.losses == 10);
  CHECK(comparison.ties == 5);
  CHECK(comparison.wins == 5);
  REQUIRE(comparison.evidence);
  CHECK(comparison.evidence->effect == doctest::Approx(kSakaiEffect).epsilon(0.0002));
  CHECK(comparison.evidence->p == doctest::Approx(0.048).epsilon(0.1));
  CHECK(comparison.evidence->low > 0);  // one-sided at 95 %, as the t test has it: 2.1158 > 1.729
  CHECK(comparison.evidence->high > kSakaiMean);
}

TEST_CASE("compare: rows pair by id in any order, without ids by number") {
  const std::vector<double> values = skewed_values(50, 1);
  std::vector<double> later = skewed_values(50, 2);
  const Outcome before = outcome_with({mean_measure("m", values)});
  Outcome now = outcome_with({mean_measure("m", later)});
  const Comparison straight = compare(now, baseline_of(before), "b", options())[0];
  std::reverse(now.measures[0].per_unit.begin(), now.measures[0].per_unit.end());
  std::reverse(now.unit_ids.begin(), now.unit_ids.end());
  const Comparison reversed = compare(now, baseline_of(before), "b", options())[0];
  CHECK(reversed.drop == doctest::Approx(straight.drop));
  CHECK(reversed.wins == straight.wins);
  CHECK(reversed.evidence->low == doctest::Approx(straight.evidence->low).epsilon(1e-9));
  CHECK(reversed.evidence->p == straight.evidence->p);
  now.unit_ids.clear();
  Outcome unnamed = before;
  unnamed.unit_ids.clear();
  const Comparison by_number = compare(now, baseline_of(unnamed), "b", options())[0];
  CHECK(by_number.drop == doctest::Approx(straight.drop));
  CHECK(by_number.wins != straight.wins);
}

TEST_CASE("compare: of a measure where less is better a rise is the drop") {
  MeasuredValue eer = mean_measure("eer", {0.1, 0.2, 0.3});
  eer.higher_is_better = false;
  MeasuredValue worse = mean_measure("eer", {0.2, 0.3, 0.3});
  worse.higher_is_better = false;
  const Comparison found =
      compare(outcome_with({worse}), baseline_of(outcome_with({eer})), "b", options())[0];
  CHECK(found.drop == doctest::Approx(0.2 / 3));
  CHECK(found.losses == 2);
  CHECK(found.wins == 0);
}

TEST_CASE("compare: clusters are paired as wholes") {
  Outcome before = outcome_with({mean_measure("m", skewed_values(60, 3))});
  Outcome now = outcome_with({mean_measure("m", skewed_values(60, 4))});
  const Comparison single = compare(now, baseline_of(before), "b", options())[0];
  for (std::int32_t u = 0; u < 60; ++u) now.clusters.push_back(u / 5);
  const Comparison clustered = compare(now, baseline_of(before), "b", options())[0];
  CHECK(single.units == 60);
  CHECK(clustered.units == 12);
  CHECK(clustered.drop == doctest::Approx(single.drop));
  CHECK(clustered.evidence->low != single.evidence->low);
  CHECK(clustered.wins == single.wins);
}

TEST_CASE("compare: a measure that is no mean pairs by its pseudo-values") {
  // Of a mean given by its counts the pseudo-values are the values, so all must agree.
  const std::vector<double> before = skewed_values(40, 5);
  std::vector<double> after = before;
  Random random(6);
  for (double& value : after) value -= 0.02 * random.uniform();
  const auto by_counts = [](const std::vector<double>& values) {
    MeasuredValue measure = mean_measure("m", values);
    measure.per_unit.clear();
    measure.of_counts = [values](std::span<const std::uint32_t> counts) {
      double sum = 0;
      double taken = 0;
      for (std::size_t u = 0; u < values.size(); ++u) {
        sum += counts[u] * values[u];
        taken += counts[u];
      }
      return sum / taken;
    };
    Outcome outcome = outcome_with({measure});
    outcome.units = static_cast<std::int64_t>(values.size());
    outcome.unit_ids.clear();
    return outcome;
  };
  const Comparison counts = compare(by_counts(after), baseline_of(by_counts(before)), "b", options())[0];
  Outcome plain_before = outcome_with({mean_measure("m", before)});
  Outcome plain_after = outcome_with({mean_measure("m", after)});
  plain_before.unit_ids.clear();
  plain_after.unit_ids.clear();
  const Comparison plain = compare(plain_after, baseline_of(plain_before), "b", options())[0];
  CHECK(counts.drop == doctest::Approx(plain.drop));
  CHECK(counts.units == 40);
  CHECK(counts.evidence->low == doctest::Approx(plain.evidence->low).epsilon(1e-6));
  CHECK(counts.evidence->high == doctest::Approx(plain.evidence->high).epsilon(1e-6));
  CHECK(counts.wins + counts.ties + counts.losses == 0);
  Outcome clustered = by_counts(after);
  for (std::int32_t u = 0; u < 40; ++u) clustered.clusters.push_back(u / 4);
  CHECK(compared(clustered, baseline_of(by_counts(before))) == kData);
}

TEST_CASE("compare: what is not comparable is refused") {
  const Outcome good = outcome_with({mean_measure("m", {0.1, 0.2, 0.3})});
  const Baseline baseline = baseline_of(good);
  CHECK(compared(good, baseline) == 0);
  const auto refused = [&](const std::function<void(Outcome&)>& change) {
    Outcome changed = good;
    change(changed);
    return compared(changed, baseline) == kData;
  };
  CHECK(refused([](Outcome& o) { o.fingerprint = "xxh3-128:2"; }));
  CHECK(refused([](Outcome& o) { o.fingerprint.clear(); }));
  CHECK(refused([](Outcome& o) { o.signature += "; average macro"; }));
  CHECK(refused([](Outcome& o) { o.unit = "pair"; }));
  CHECK(refused([](Outcome& o) { o.unit_ids[1] = "other"; }));
  CHECK(refused([](Outcome& o) { o.unit_ids.clear(); }));
  CHECK(refused([](Outcome& o) { o.measures[0].definition = "something else"; }));
  CHECK(refused([](Outcome& o) { o.measures[0].higher_is_better = false; }));
  CHECK(refused([](Outcome& o) { o.measures[0].per_unit[0] = kNaN; }));
  Baseline empty = baseline;
  empty.fingerprint.clear();
  Outcome nameless = good;
  nameless.fingerprint.clear();
  CHECK(compared(nameless, empty) == kData);  // two that say nothing are not the same
  Baseline shorter = baseline;
  shorter.measures[0].per_unit.pop_back();
  CHECK(compared(good, shorter) == kData);
}

TEST_CASE("compare: only measures that both have, and without evidence where none was asked for") {
  const Outcome before = outcome_with({mean_measure("a", {0.1, 0.2}), mean_measure("b", {0.3, 0.4})});
  const Outcome now = outcome_with({mean_measure("b", {0.3, 0.4}), mean_measure("c", {0.5, 0.6})});
  StatisticsOptions none = options();
  none.intervals = false;
  const std::vector<Comparison> found = compare(now, baseline_of(before), "b", none);
  REQUIRE(found.size() == 1);
  CHECK(found[0].measure == "b");
  CHECK(found[0].ties == 2);
  CHECK(!found[0].evidence);
}

TEST_CASE(
    "p_of_failing: small where the drop is clearly more than the margin, large where it is clearly less") {
  std::vector<double> worse = skewed_values(100, 7);
  const Outcome before = outcome_with({mean_measure("m", worse)});
  Random random(8);
  for (double& value : worse) value -= 0.05 + 0.05 * random.normal();
  const Comparison found =
      compare(outcome_with({mean_measure("m", worse)}), baseline_of(before), "b", options())[0];
  CHECK(p_of_failing(found, 0.0, options()) < 0.001);
  CHECK(p_of_failing(found, 0.2, options()) > 0.999);
  CHECK(p_of_failing(found, found.drop, options()) == doctest::Approx(0.5).epsilon(0.1));
}

TEST_CASE("holm: the published example, order and ties") {
  // p = .01, .04, .03, .005: times 4, 3, 2, 1 from the smallest on, made monotone.
  const std::vector<double> adjusted = holm({0.01, 0.04, 0.03, 0.005});
  const double expected[] = {0.03, 0.06, 0.06, 0.02};
  for (std::size_t i = 0; i < 4; ++i) CHECK(adjusted[i] == doctest::Approx(expected[i]));
  CHECK(holm({}).empty());
  CHECK(holm({0.3})[0] == 0.3);
  CHECK(holm({0.9, 0.8})[0] == 1);
}
