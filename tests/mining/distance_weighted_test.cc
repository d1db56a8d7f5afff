#include <doctest/doctest.h>

#include <cmath>
#include <map>

#include "mining/mined.h"
#include "nearfar/core/error.h"
#include "nearfar/mining/strategies.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

// An anchor with positives at 0.3 and negatives at these distances.
Anchor anchor_with(std::int32_t positives, const std::vector<float>& distances) {
  Anchor anchor;
  for (std::int32_t p = 0; p < positives; ++p) {
    anchor.positives.push_back(p + 1);
    anchor.d_ap.push_back(0.3F);
  }
  for (const float d : distances) {
    anchor.negatives.push_back(positives + static_cast<std::int32_t>(anchor.negatives.size()) + 1);
    anchor.d_an.push_back(d);
  }
  return anchor;
}

// 1 / q(d) by the formula of the density, without logarithms.
double inverse_density(double d, double n) {
  return 1 / (std::pow(d, n - 2) * std::pow(1 - d * d / 4, (n - 3) / 2));
}

std::vector<std::int64_t> draw_counts(const Anchor& anchor, const MiningContext& context, int draws) {
  std::vector<std::int64_t> counts(anchor.negatives.size());
  for (int seed = 0; seed < draws; ++seed) {
    Random random(static_cast<std::uint64_t>(seed));
    std::vector<Run> runs;
    choose_distance_weighted(anchor, context, 0, random, runs);
    for (const Run& run : runs) {
      REQUIRE(run.end == run.begin + 1);
      ++counts[static_cast<std::size_t>(run.begin)];
    }
  }
  return counts;
}

std::string refusal(MatrixView x, DistanceKind kind, ErrorKind expected) {
  try {
    check_distance_weighted(Distance(kind), x);
  } catch (const Error& error) {
    CHECK(error.kind() == expected);
    return error.what();
  }
  return "none";
}

}  // namespace

TEST_CASE("distance-weighted: negatives come with the probability of the formula") {
  // 40,000 draws. Each count is binomial with mean m = 40,000 p: beyond 6 sqrt(m (1 - p)) once in 5e8.
  constexpr int kDraws = 40000;
  const std::vector<float> distances{0.1F, 0.4F, 0.55F, 0.55F, 0.8F, 1.0F, 1.2F, 1.39F, 1.5F, 1.7F};
  const Anchor anchor = anchor_with(1, distances);
  for (const std::int64_t dim : {2, 3, 5, 8}) {
    for (const double cutoff : {0.5, 0.2}) {
      MiningContext context;
      context.dim = dim;
      context.parameters.cutoff = cutoff;
      std::vector<double> weights;
      double sum = 0;
      for (const float d : distances) {
        const double at = std::max(static_cast<double>(d), cutoff);
        weights.push_back(static_cast<double>(d) < 1.4 ? inverse_density(at, static_cast<double>(dim)) : 0);
        sum += weights.back();
      }
      const std::vector<std::int64_t> counts = draw_counts(anchor, context, kDraws);
      for (std::size_t i = 0; i < counts.size(); ++i) {
        const double p = weights[i] / sum;
        INFO("dim ", dim, " cutoff ", cutoff, " distance ", distances[i]);
        CHECK(std::abs(static_cast<double>(counts[i]) - kDraws * p) <= 6 * std::sqrt(kDraws * p * (1 - p)));
      }
    }
  }
}

TEST_CASE("distance-weighted: in many dimensions nothing overflows and the nearest within the cutoff win") {
  MiningContext context;
  context.dim = 2048;
  const std::vector<std::int64_t> counts =
      draw_counts(anchor_with(1, {0.2F, 0.49F, 0.9F, 1.3F}), context, 2000);
  CHECK(counts[2] == 0);
  CHECK(counts[3] == 0);
  CHECK(std::abs(counts[0] - 1000) < 6 * 22.4);
  // Where only far ones are left, the nearest of them.
  CHECK(draw_counts(anchor_with(1, {0.9F, 1.3F}), context, 100)[0] == 100);
}

TEST_CASE("distance-weighted: the guard leaves the others with their weights, however small those are") {
  MiningContext context;
  context.dim = 2048;
  context.parameters.guard = 4;  // 4 x 0.3
  const std::vector<std::int64_t> counts =
      draw_counts(anchor_with(1, {0.2F, 0.9F, 1.3F, 1.3F}), context, 2000);
  CHECK(counts[0] + counts[1] == 0);
  CHECK(std::abs(counts[2] - 1000) < 6 * 22.4);
}

TEST_CASE("distance-weighted: with a guard each positive has the negatives that are left to it") {
  MiningContext context;
  context.dim = 3;
  context.parameters.guard = 1;
  Anchor anchor = anchor_with(3, {0.6F, 0.8F, 1.0F});
  anchor.d_ap = {0.9F, 0.1F, 0.7F};
  std::map<std::pair<std::int32_t, std::int32_t>, std::int64_t> counts;
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    Random random(seed);
    std::vector<Run> runs;
    choose_distance_weighted(anchor, context, 0, random, runs);
    REQUIRE(runs.size() == 3);
    for (const Run& run : runs) ++counts[{run.positive, run.begin}];
  }
  // 1 / q(d) is 1 / d in three dimensions.
  const double all = 1 / 0.6 + 1 / 0.8 + 1 / 1.0;
  const auto check = [&](std::int32_t positive, std::int32_t negative, double p) {
    const auto count = static_cast<double>(counts[{positive, negative}]);
    CHECK(std::abs(count - 3000 * p) <= 6 * std::sqrt(3000 * p * (1 - p)));
  };
  check(0, 2, 1);
  check(1, 0, 1 / 0.6 / all);
  check(1, 1, 1 / 0.8 / all);
  check(2, 1, 1 / 0.8 / (1 / 0.8 + 1));
  check(2, 2, 1 / (1 / 0.8 + 1));
  CHECK(counts.size() == 6);
}

TEST_CASE(
    "distance-weighted: one for each positive, or for so many of them drawn evenly; none from the far cutoff "
    "on") {
  MiningContext context;
  context.dim = 4;
  const Anchor anchor = anchor_with(6, {0.7F, 1.0F});
  std::map<std::int32_t, std::int64_t> positives;
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    Random random(seed);
    std::vector<Run> runs;
    choose_distance_weighted(anchor, context, 2, random, runs);
    REQUIRE(runs.size() == 2);
    for (const Run& run : runs) ++positives[run.positive];
  }
  CHECK(positives.size() == 6);
  for (const auto& [positive, count] : positives) CHECK(std::abs(count - 1000) < 6 * 25.9);
  Random random(1);
  std::vector<Run> runs;
  choose_distance_weighted(anchor, context, 0, random, runs);
  CHECK(runs.size() == 6);
  runs.clear();
  choose_distance_weighted(anchor_with(3, {1.5F, 1.9F}), context, 0, random, runs);
  CHECK(runs.empty());
}

TEST_CASE("distance-weighted: squared, cosine and angular distances are those of the sphere") {
  const Labels labels = random_labels(60, 3, 1);
  const Matrix x = random_rows(60, 4, 2);
  Matrix unit = Matrix::copy_of(x);
  normalize_rows(unit);
  MiningOptions options = with_strategy("distance-weighted", 0);
  const Triplets euclidean = mined(unit, labels, options).triplets();
  options.distance = Distance(DistanceKind::sqeuclidean);
  CHECK(mined(unit, labels, options).triplets() == euclidean);
  for (const DistanceKind kind : {DistanceKind::cosine, DistanceKind::angular}) {  // rows of any length
    options.distance = Distance(kind);
    const Triplets directions = mined(x, labels, options).triplets();
    std::size_t same = 0;
    for (std::size_t i = 0; i < directions.size(); ++i) same += directions[i] == euclidean[i] ? 1U : 0U;
    CHECK(directions.size() == euclidean.size());
    CHECK(same > directions.size() * 99 / 100);  // all but those where a rounded distance crosses a boundary
  }
}

TEST_CASE("distance-weighted: rows off the sphere and other distances are refused with the cure") {
  Matrix x = sphere_rows(5, 3, 1);
  CHECK(refusal(x, DistanceKind::euclidean, ErrorKind::data) == "none");
  CHECK(refusal(x, DistanceKind::cosine, ErrorKind::data) == "none");
  x(3, 1) += 0.5F;
  for (const DistanceKind kind : {DistanceKind::euclidean, DistanceKind::sqeuclidean}) {
    const std::string what = refusal(x, kind, ErrorKind::data);
    CHECK(what.find("row 4") != std::string::npos);
    CHECK(what.find("--distance cosine") != std::string::npos);
  }
  CHECK(refusal(x, DistanceKind::cosine, ErrorKind::data) == "none");
  CHECK(refusal(x, DistanceKind::manhattan, ErrorKind::usage).find("manhattan") != std::string::npos);
}
