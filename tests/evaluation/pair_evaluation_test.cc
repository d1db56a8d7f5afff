#include "nearfar/evaluation/pair_evaluation.h"

#include <doctest/doctest.h>

#include <cmath>
#include <numeric>

#include "evaluation/naive_pairs.h"
#include "random_rows.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

double measured(const JudgedTuples& judged, const std::string& name) {
  const PairMeasure measure = parse_pair_measures(name)[0];
  check_applies(measure, judged);
  PairEvaluation evaluation(judged.tuples);
  evaluation.decide(judged.accepted);
  return evaluation.measure(measure).value;
}

// Five pairs with all that pairs can have.
ScoredTuples five_pairs() {
  ScoredTuples tuples;
  tuples.distances = {0.1F, 0.4F, 0.2F, 0.9F, 0.4F};
  tuples.values = {1, 0, 1, 0, 1};
  tuples.log_odds = {2, -1, 0.5, -3, -0.5};
  return tuples;
}
const std::vector<std::uint8_t> kAccepted{1, 1, 1, 0, 1};  // distance <= 0.4

}  // namespace

TEST_CASE("pair evaluation: every measure of the table by hand") {
  const ScoredTuples tuples = five_pairs();
  const JudgedTuples judged{tuples, kAccepted};
  CHECK(measured(judged, "auc") == doctest::Approx(5.5 / 6));
  CHECK(measured(judged, "ap") == doctest::Approx((1 + 1 + 3.0 / 4) / 3));
  CHECK(measured(judged, "tar@far:0") == doctest::Approx(2.0 / 3));
  CHECK(measured(judged, "tar@far:0.5") == 1);
  // (FAR, FRR): (0, 1/3) to (1/2, 0): s / 2 = (1 - s) / 3
  CHECK(measured(judged, "eer") == doctest::Approx(0.2));
  CHECK(measured(judged, "accuracy") == doctest::Approx(4.0 / 5));
  CHECK(measured(judged, "f1") == doctest::Approx(6.0 / 7));
  CHECK(measured(judged, "mcc") == doctest::Approx(3 / std::sqrt(4.0 * 3 * 1 * 2)));
  CHECK(measured(judged, "mse") == doctest::Approx((.01 + .36 + .04 + .01 + .16) / 5).epsilon(1e-6));
  CHECK(measured(judged, "mae") == doctest::Approx((.1 + .6 + .2 + .1 + .4) / 5).epsilon(1e-6));
  double loss = 0;
  double brier = 0;
  for (std::size_t u = 0; u < 5; ++u) {
    const double p = 1 / (1 + std::exp(-tuples.log_odds[u]));
    const auto y = static_cast<double>(tuples.values[u]);
    loss -= (y * std::log(p) + (1 - y) * std::log(1 - p)) / 5;
    brier += (p - y) * (p - y) / 5;
  }
  CHECK(measured(judged, "log-loss") == doctest::Approx(loss).epsilon(1e-12));
  CHECK(measured(judged, "brier") == doctest::Approx(brier).epsilon(1e-12));
  const std::vector<double> closeness{-.1, -.4, -.2, -.9, -.4};
  const std::vector<double> similar{1, 0, 1, 0, 1};
  CHECK(measured(judged, "pearson") == doctest::Approx(naive_pearson(closeness, similar)).epsilon(1e-6));
  CHECK(measured(judged, "spearman") ==
        doctest::Approx(naive_pearson(naive_ranks(closeness), naive_ranks(similar))));
  CHECK(measured(judged, "kendall") == doctest::Approx(naive_kendall(closeness, similar)));
}

TEST_CASE("pair evaluation: triplets and quadruplets, a tie is wrong") {
  ScoredTuples tuples;
  tuples.distances = {1, 2, 3, 1};
  tuples.far_distances = {2, 2, 1, 1.5F};
  for (const TupleKind kind : {TupleKind::triplets, TupleKind::quadruplets}) {
    tuples.kind = kind;
    CHECK(measured({tuples, {}}, default_pair_measures({tuples, {}})) == 0.5);
  }
}

TEST_CASE("pair evaluation: a score is its own closeness") {
  ScoredTuples tuples;
  tuples.kind = TupleKind::graded_pairs;
  tuples.from_scores = true;
  tuples.distances = {-0.5F, -2, -4};  // scores 0.5, 2, 4
  tuples.values = {1, 2, 5};
  CHECK(measured({tuples, {}}, "mse") == doctest::Approx((.25 + 0 + 1) / 3));
  CHECK(measured({tuples, {}}, "mae") == doctest::Approx((.5 + 0 + 1) / 3));
  CHECK(measured({tuples, {}}, "spearman") == 1);
}

TEST_CASE("pair evaluation: value, units and resamples agree for every measure") {
  const NaivePairs pairs = random_pairs(300, 20, 4);
  ScoredTuples tuples;
  tuples.distances = pairs.distances;
  Random random(2);
  std::vector<std::uint8_t> accepted;
  for (std::size_t u = 0; u < pairs.size(); ++u) {
    tuples.values.push_back(pairs.similar[u]);
    tuples.log_odds.push_back(random.normal());
    accepted.push_back(pairs.distances[u] <= 8 ? 1 : 0);
  }
  tuples.far_distances.assign(pairs.size(), 7);
  const std::vector<std::uint32_t> counts = random_counts(pairs.size(), 5);
  const std::vector<std::uint32_t> once(pairs.size(), 1);
  // The resample written out as tuples of their own.
  ScoredTuples resample;
  std::vector<std::uint8_t> resample_accepted;
  for (std::size_t u = 0; u < pairs.size(); ++u) {
    for (std::uint32_t i = 0; i < counts[u]; ++i) {
      resample.distances.push_back(tuples.distances[u]);
      resample.far_distances.push_back(7);
      resample.values.push_back(tuples.values[u]);
      resample.log_odds.push_back(tuples.log_odds[u]);
      resample_accepted.push_back(accepted[u]);
    }
  }
  for (const PairMeasureInfo& info : pair_measures()) {
    std::string name(info.name);
    if (info.has_rate) name.replace(name.size() - 1, 1, "0.1");
    CAPTURE(name);
    const PairMeasure measure = parse_pair_measures(name)[0];
    for (ScoredTuples* one : {&tuples, &resample}) {
      one->kind = info.need == PairNeed::triplets      ? TupleKind::triplets
                  : info.need == PairNeed::quadruplets ? TupleKind::quadruplets
                                                       : TupleKind::pairs;
    }
    PairEvaluation evaluation(tuples);
    evaluation.decide(accepted);
    const MeasuredValue value = evaluation.measure(measure);
    CHECK(value.name == name);
    CHECK(value.definition == info.definition);
    CHECK(value.higher_is_better == info.higher_is_better);
    const double of_resample = measured({resample, resample_accepted}, name);
    REQUIRE((value.per_unit.empty() != (value.of_counts == nullptr)));
    if (value.per_unit.empty()) {
      CHECK(value.value == value.of_counts(once));
      CHECK(near(value.of_counts(counts), of_resample, 1e-12, 1e-12));
    } else {
      REQUIRE(value.per_unit.size() == pairs.size());
      double sum = 0;
      for (std::size_t u = 0; u < pairs.size(); ++u) sum += counts[u] * value.per_unit[u];
      CHECK(near(sum / static_cast<double>(pairs.size()), of_resample, 1e-12, 1e-12));
      CHECK(near(std::accumulate(value.per_unit.begin(), value.per_unit.end(), 0.0) /
                     static_cast<double>(pairs.size()),
                 value.value, 1e-12, 1e-12));
    }
  }
}

TEST_CASE("pair evaluation: a certain probability has a finite loss unless it is rounded away") {
  ScoredTuples tuples = five_pairs();
  tuples.log_odds[1] = 800;
  CHECK(measured({tuples, {}}, "log-loss") > 160);
  tuples.log_odds[1] = -INFINITY;  // p = 0, and not similar
  CHECK(std::isfinite(measured({tuples, {}}, "log-loss")));
  CHECK(std::isfinite(measured({tuples, {}}, "brier")));
  tuples.log_odds[1] = INFINITY;
  CHECK(kind_of([&] { (void)measured({tuples, {}}, "log-loss"); }) == kData);
  CHECK(std::isfinite(measured({tuples, {}}, "brier")));
}

TEST_CASE("pair evaluation: one kind of pairs, and constants, are data errors that say which") {
  ScoredTuples tuples = five_pairs();
  for (const float kind : {0.0F, 1.0F}) {
    tuples.values.assign(5, kind);
    for (const std::string name : {"auc", "ap", "eer", "tar@far:0.1", "accuracy", "f1", "mcc"}) {
      CAPTURE(name);
      const auto error = error_of([&] { (void)measured({tuples, kAccepted}, name); });
      REQUIRE(error);
      CHECK(error->kind() == ErrorKind::data);
      CHECK(contains(error->message(), kind == 0 ? "no pair is similar" : "every pair is similar"));
    }
    for (const std::string name : {"spearman", "pearson", "kendall"}) {
      const auto error = error_of([&] { (void)measured({tuples, {}}, name); });
      REQUIRE(error);
      CHECK(error->kind() == ErrorKind::data);
      CHECK(contains(error->message(), "all pairs are equally similar"));
    }
  }
  tuples = five_pairs();
  tuples.distances.assign(5, 0.1F);
  const auto error = error_of([&] { (void)measured({tuples, {}}, "pearson"); });
  REQUIRE(error);
  CHECK(contains(error->message(), "all distances are equal"));
}
