// Graded pairs.
#include "nearfar/mining/numbered_mining.h"

#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <set>

#include "mining/mined.h"
#include "nearfar/core/error.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

Mined graded(MatrixView x, std::span<const double> targets, const MiningOptions& options) {
  Mined run;
  run.summary = mine_graded(x, targets, options, [&](const MinedTuple& t) { run.tuples.push_back(t); });
  return run;
}

std::vector<double> random_targets(std::size_t count, std::uint64_t seed) {
  Random random(seed);
  std::vector<double> targets;
  for (std::size_t i = 0; i < count; ++i) targets.push_back(10 * random.normal());
  return targets;
}

}  // namespace

TEST_CASE("graded pairs: all is every unordered pair, 1 for equal targets and 0 for the extremes") {
  const std::vector<double> targets{2, -2, 0, 2};
  const Mined run = graded(Matrix(4, 0), targets, with_strategy("all"));
  std::map<std::pair<std::int32_t, std::int32_t>, float> got;
  for (const MinedTuple& t : run.tuples) {
    CHECK(got.emplace(std::pair(t.anchor, t.other), t.value).second);
    CHECK(t.d_ap == 0);
  }
  CHECK(got == std::map<std::pair<std::int32_t, std::int32_t>, float>{
                   {{0, 1}, 0}, {{0, 2}, 0.5}, {{0, 3}, 1}, {{1, 2}, 0.5}, {{1, 3}, 0}, {{2, 3}, 0.5}});
  CHECK(run.summary.anchors == 4);
}

TEST_CASE("graded pairs: the formula, the distances, the same for any number of threads") {
  const std::vector<double> targets = random_targets(400, 1);
  const Matrix x = random_rows(400, 3, 2);
  const double range =
      *std::max_element(targets.begin(), targets.end()) - *std::min_element(targets.begin(), targets.end());
  for (const auto& [strategy, limit, max] :
       {std::tuple("random", -1, 0), std::tuple("random", 3, 100), std::tuple("all", -1, 500)}) {
    MiningOptions options = with_strategy(strategy, limit);
    options.max = max;
    std::vector<Mined> runs;
    for (const int count : {1, 2, 3}) {
      const Threads use(count);
      runs.push_back(graded(x, targets, options));
    }
    CHECK(same_tuples(runs[0], runs[1]));
    CHECK(same_tuples(runs[0], runs[2]));
    std::set<std::pair<std::int32_t, std::int32_t>> seen;
    std::map<std::int32_t, int> of_row;
    for (const MinedTuple& t : runs[0].tuples) {
      const double difference =
          std::abs(targets[static_cast<std::size_t>(t.anchor)] - targets[static_cast<std::size_t>(t.other)]);
      CHECK(near(t.value, 1 - difference / range, 1e-6));
      CHECK(same_bits(t.d_ap, options.distance.between(x.row(t.anchor), x.row(t.other), 3)));
      CHECK(seen.insert(std::minmax(t.anchor, t.other)).second);
      CHECK(t.anchor != t.other);
      ++of_row[t.anchor];
    }
    if (max > 0) CHECK(runs[0].summary.tuples == max);
    for (const auto& [row, count] : of_row) CHECK(count <= (limit == 3 ? 3 : max > 0 ? 400 : 5));
    CHECK(runs[0].summary.found == (std::string(strategy) == "all" ? 400 * 399 / 2 : runs[0].summary.found));
  }
}

TEST_CASE("graded pairs: random draws every other row equally often") {
  const std::vector<double> targets = random_targets(7, 3);
  std::map<std::int32_t, std::int64_t> partners;
  MiningOptions options = with_strategy("random", 2);
  const Distance distance;
  const std::vector<std::int32_t> rows{0, 1, 2, 3, 4, 5, 6};
  const GradedPairs pairs(rows, targets, RowDistance(Matrix(7, 0), distance));
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    Random random(seed);
    std::vector<MinedTuple> drawn;
    pairs.draw(3, 2, random, drawn);
    REQUIRE(drawn.size() == 2);
    for (const MinedTuple& t : drawn) ++partners[t.other];
  }
  CHECK(partners.size() == 6);
  CHECK_FALSE(partners.contains(3));
  for (const auto& [row, count] : partners) CHECK(std::abs(count - 1000) < 6 * 25.9);
}

TEST_CASE("graded pairs: refusals") {
  const auto kind = [](std::span<const double> targets, std::string_view strategy) {
    try {
      static_cast<void>(graded(Matrix(std::ssize(targets), 0), targets, with_strategy(strategy)));
    } catch (const Error& error) {
      return error.kind();
    }
    return ErrorKind::internal;
  };
  CHECK(kind(std::vector<double>{1, 2, 3}, "hard") == ErrorKind::usage);
  CHECK(kind(std::vector<double>{1, 1, 1}, "all") == ErrorKind::data);
  CHECK(kind(std::vector<double>{1}, "all") == ErrorKind::data);
}
