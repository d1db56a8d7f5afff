#include "nearfar/evaluation/pair_portrait.h"

#include <doctest/doctest.h>

#include <numeric>
#include <optional>

#include "evaluation/naive_pairs.h"
#include "random_rows.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

ScoredTuples of(const NaivePairs& pairs) {
  ScoredTuples tuples;
  tuples.distances = pairs.distances;
  tuples.values.assign(pairs.similar.begin(), pairs.similar.end());
  return tuples;
}

Portrait portrait_of(const ScoredTuples& tuples) {
  PairEvaluation evaluation(tuples);
  return pair_portrait(tuples, evaluation, std::nullopt, 0, {});
}

double area_under(const Curve& curve) {
  double area = 0;
  for (std::size_t i = 1; i < curve.x.size(); ++i)
    area += (curve.x[i] - curve.x[i - 1]) * (curve.y[i] + curve.y[i - 1]) / 2;
  return area;
}

}  // namespace

TEST_CASE("pair portrait: few thresholds are all there") {
  const ScoredTuples tuples = of({{1, 2, 3, 3}, {1, 0, 1, 0}});
  const Portrait portrait = portrait_of(tuples);
  REQUIRE(portrait.charts.size() == 2);
  CHECK(portrait.charts[0].curves[0].x == std::vector<double>{0, 0, 0.5, 1});
  CHECK(portrait.charts[0].curves[0].y == std::vector<double>{0, 0.5, 0.5, 1});
  CHECK(portrait.charts[1].curves[0].x == std::vector<double>{0.5, 0.5, 1});
  CHECK(portrait.charts[1].curves[0].y == std::vector<double>{1, 0.5, 0.5});
  CHECK(portrait.charts[1].curves[1].y == std::vector<double>{0.5, 0.5});  // base rate
}

TEST_CASE("pair portrait: many thresholds are thinned, and the area stays the auc") {
  const NaivePairs pairs = random_pairs(3000, 1000000, 3);
  const Portrait portrait = portrait_of(of(pairs));
  const Curve& roc = portrait.charts[0].curves[0];
  CHECK(roc.x.size() > 300);
  CHECK(roc.x.size() < 1000);
  CHECK(roc.x.back() == 1);
  CHECK(roc.y.back() == 1);
  CHECK(near(area_under(roc), naive_auc(pairs), 0.005));
}

TEST_CASE("pair portrait: shares of distances add up to 1 for each kind, the ends included") {
  const NaivePairs pairs = random_pairs(500, 50, 8);
  const Portrait portrait = portrait_of(of(pairs));
  REQUIRE(portrait.histograms.size() == 1);
  const Histogram& histogram = portrait.histograms[0];
  CHECK(histogram.low == *std::min_element(pairs.distances.begin(), pairs.distances.end()));
  CHECK(histogram.high == *std::max_element(pairs.distances.begin(), pairs.distances.end()));
  REQUIRE(histogram.series.size() == 2);
  for (const Histogram::Series& series : histogram.series) {
    const double sum = std::accumulate(series.shares.begin(), series.shares.end(), 0.0);
    CHECK(near(sum, 1, 1e-12));
    CHECK(series.shares.front() > 0);
  }
}

TEST_CASE("pair portrait: scores run in their own direction, and a single distance has a bin") {
  ScoredTuples tuples = of({{-0.9F, -0.1F}, {1, 0}});
  tuples.from_scores = true;
  const Histogram scores = portrait_of(tuples).histograms[0];
  CHECK(near(scores.low, 0.1, 1e-6));
  CHECK(near(scores.high, 0.9, 1e-6));
  CHECK(scores.series[0].shares.back() == 1);  // the similar pair has the larger score
  CHECK(scores.x_label == "score");
  const Histogram single = portrait_of(of({{2, 2}, {1, 0}})).histograms[0];
  CHECK(single.low < single.high);
  CHECK(single.series[1].shares.front() == 1);
}

TEST_CASE("pair portrait: the threshold stands among the distances, and among scores as a score") {
  ScoredTuples tuples = of({{-0.9F, -0.1F}, {1, 0}});
  PairEvaluation evaluation(tuples);
  const std::optional<AxisMark> mark = pair_portrait(tuples, evaluation, -0.5F, 0, {}).histograms[0].mark;
  REQUIRE(mark);
  CHECK(mark->x == -0.5);
  tuples.from_scores = true;
  CHECK(pair_portrait(tuples, evaluation, -0.5F, 0, {}).histograms[0].mark->x == 0.5);
  CHECK(!portrait_of(tuples).histograms[0].mark);
}

TEST_CASE("pair portrait: graded pairs are points, a sample of them where there are many") {
  ScoredTuples tuples;
  tuples.kind = TupleKind::graded_pairs;
  tuples.distances = {-3, -1};
  tuples.values = {5, 2};
  const Portrait few = portrait_of(tuples);
  REQUIRE(few.scatters.size() == 1);
  CHECK(few.charts.empty());
  CHECK(few.histograms.empty());
  CHECK(few.scatters[0].x == std::vector<double>{5, 2});
  CHECK(few.scatters[0].y == std::vector<double>{-3, -1});
  tuples.from_scores = true;
  CHECK(portrait_of(tuples).scatters[0].y == std::vector<double>{3, 1});
  tuples.distances.assign(5000, 1);
  tuples.values.assign(5000, 1);
  const Portrait many = portrait_of(tuples);
  CHECK(many.scatters[0].x.size() == 2000);
  CHECK(many.scatters[0].note == "A sample of 2,000 of 5,000 pairs.");
}

TEST_CASE("pair portrait: triplets have their two kinds of distances") {
  ScoredTuples tuples;
  tuples.kind = TupleKind::triplets;
  tuples.distances = {1, 2};
  tuples.far_distances = {3, 5};
  const Portrait portrait = portrait_of(tuples);
  CHECK(portrait.charts.empty());
  REQUIRE(portrait.histograms.size() == 1);
  CHECK(portrait.histograms[0].low == 1);
  CHECK(portrait.histograms[0].high == 5);
}
