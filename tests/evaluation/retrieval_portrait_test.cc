#include "nearfar/evaluation/retrieval_portrait.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "nearfar/core/random.h"
#include "nearfar/evaluation/retrieval.h"
#include "nearfar/evaluation/retrieval_outcome.h"

using namespace nearfar;

namespace {

// Four classes in the plane, near each other; leave one out.
struct Scene {
  Matrix rows{120, 2};
  Labels labels;
  std::vector<std::int64_t> self;
  RetrievalTask task;
  Outcome outcome;

  Scene() {
    Random random(2);
    std::vector<std::string> texts;
    for (std::int64_t i = 0; i < 120; ++i) {
      const auto c = static_cast<double>(i % 4);
      rows(i, 0) = static_cast<float>(c + random.normal());
      rows(i, 1) = static_cast<float>(random.normal());
      texts.push_back("class " + std::to_string(i % 4));
      self.push_back(i);
    }
    labels = encode_labels(texts);
    task.queries = rows;
    task.gallery = rows;
    task.query_codes = labels.codes;
    task.gallery_codes = labels.codes;
    task.self = self;
    task.labels = &labels;
    RetrievalOptions options;
    options.measures = parse_measures("precision@1,map@r");
    outcome = outcome_of(evaluate_retrieval(task, options), options);
  }

  [[nodiscard]] Portrait portrait() const {
    PortraitSource source;
    source.query_name = [](std::int64_t q) { return "row " + std::to_string(q); };
    source.gallery_name = source.query_name;
    return retrieval_portrait(task, outcome, Distance(), source, 0);
  }
};

}  // namespace

TEST_CASE("retrieval_portrait: the curves are the measures at every k") {
  const Scene scene;
  const Portrait portrait = scene.portrait();
  REQUIRE(portrait.charts.size() == 2);
  const Chart& chart = portrait.charts[0];
  RetrievalOptions options;
  for (std::size_t i = 0; i < chart.curves[0].x.size(); ++i) {
    const std::string k = std::to_string(static_cast<int>(chart.curves[0].x[i]));
    options.measures = parse_measures("recall@" + k + ",precision@" + k + ",hit@" + k);
    const RetrievalResult result = evaluate_retrieval(scene.task, options);
    const Outcome at_k = outcome_of(result, options);
    for (std::size_t c = 0; c < 3; ++c)
      CHECK(chart.curves[c].y[i] == doctest::Approx(at_k.measures[c].value).epsilon(1e-9));
  }
  const std::vector<double>& precision = portrait.charts[1].curves[0].y;
  CHECK(std::is_sorted(precision.rbegin(), precision.rend()));
  CHECK(precision.front() <= 1);
  CHECK(precision.back() >= 29.0 / 119);  // all 29 relevant ones are found among 119 at the latest
}

TEST_CASE("retrieval_portrait: distances, classes, confusion and worst queries agree with the outcome") {
  const Scene scene;
  const Portrait portrait = scene.portrait();
  REQUIRE(portrait.histograms.size() == 1);
  for (const Histogram::Series& series : portrait.histograms[0].series)
    CHECK(std::accumulate(series.shares.begin(), series.shares.end(), 0.0) == doctest::Approx(1));

  REQUIRE(portrait.classes);
  double mean = 0;
  std::int64_t units = 0;
  for (const ClassTable::Row& row : portrait.classes->rows) {
    mean += row.values[1] * static_cast<double>(row.units);
    units += row.units;
  }
  CHECK(units == 120);
  CHECK(mean / 120 == doctest::Approx(scene.outcome.measures[1].value));
  const auto strength = [&](std::size_t row) {
    return portrait.classes->rows[row].values[0] + portrait.classes->rows[row].values[1];
  };
  for (std::size_t row = 1; row < 4; ++row) CHECK(strength(row) >= strength(row - 1));

  REQUIRE(portrait.confusion);
  std::int64_t right = 0;
  std::int64_t all = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t j = 0; j < 4; ++j) {
      all += portrait.confusion->counts[4 * i + j];
      right += i == j ? portrait.confusion->counts[4 * i + j] : 0;
    }
  }
  CHECK(all == 120);
  CHECK(static_cast<double>(right) / 120 == doctest::Approx(scene.outcome.measures[0].value));

  REQUIRE(portrait.worst);
  CHECK(portrait.worst->measure == "map@r");
  const std::vector<double>& values = scene.outcome.measures[1].per_unit;
  std::vector<double> sorted = values;
  std::sort(sorted.begin(), sorted.end());
  REQUIRE(portrait.worst->rows.size() == 12);
  for (std::size_t i = 0; i < 12; ++i) {
    const WorstQueries::Row& row = portrait.worst->rows[i];
    CHECK(row.value == sorted[i]);
    CHECK(row.neighbors.size() == 8);
    for (const ShownItem& neighbor : row.neighbors) {
      CHECK(neighbor.relevant == (neighbor.label == row.query.label));
      CHECK(neighbor.name != row.query.name);
    }
  }
  REQUIRE(portrait.projection);
  CHECK(portrait.projection->x.size() == 120);
  CHECK(portrait.projection->explained == doctest::Approx(1));
}

TEST_CASE("retrieval_portrait: nothing counted, nothing shown") {
  Scene scene;
  for (MeasuredValue& measure : scene.outcome.measures) {
    for (double& value : measure.per_unit) value = std::nan("");
  }
  const Portrait portrait = scene.portrait();
  CHECK(portrait.charts.empty());
  CHECK(!portrait.worst);
}
