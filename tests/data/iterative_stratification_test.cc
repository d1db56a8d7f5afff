#include "nearfar/data/iterative_stratification.h"

#include <doctest/doctest.h>

#include <cmath>

#include "data/several_labels.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

using Parts = std::vector<std::int32_t>;

Parts stratified(const Labels& labels, const std::vector<double>& shares, std::uint64_t seed) {
  return iterative_stratification(labels, shares, Random(seed, RandomPurpose::split));
}

/// How many rows each label has too many or too few in any part, the worst of all.
double worst_label(const Labels& labels, const std::vector<double>& shares, const Parts& part_of) {
  double worst = 0;
  for (const std::vector<std::int64_t>& rows : rows_by_label(labels)) {
    for (std::size_t p = 0; p < shares.size(); ++p) {
      double have = 0;
      for (const std::int64_t row : rows)
        have += part_of[static_cast<std::size_t>(row)] == static_cast<std::int32_t>(p) ? 1 : 0;
      worst = std::max(worst, std::abs(have - shares[p] * static_cast<double>(rows.size())));
    }
  }
  return worst;
}

double worst_part(const std::vector<double>& shares, const Parts& part_of) {
  double worst = 0;
  for (std::size_t p = 0; p < shares.size(); ++p) {
    const auto have = std::count(part_of.begin(), part_of.end(), static_cast<std::int32_t>(p));
    worst = std::max(worst,
                     std::abs(static_cast<double>(have) - shares[p] * static_cast<double>(part_of.size())));
  }
  return worst;
}

}  // namespace

TEST_CASE("several labels: every label near its share, far nearer than by chance") {
  const std::vector<std::vector<double>> divisions{{0.7, 0.3}, {0.8, 0.1, 0.1}, {0.2, 0.2, 0.2, 0.2, 0.2}};
  double worst = 0;
  double sum = 0;
  double sum_by_chance = 0;
  for (const std::vector<double>& shares : divisions) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      const Labels labels = encode_sets(random_label_sets(600, 12, 3, seed));
      const Parts part_of = stratified(labels, shares, seed);
      REQUIRE(part_of.size() == 600);
      CHECK(std::all_of(part_of.begin(), part_of.end(), [&](std::int32_t part) {
        return part >= 0 && part < static_cast<std::int32_t>(shares.size());
      }));
      CHECK(worst_part(shares, part_of) < 1 + 1e-6);  // the rows without a label even out the parts
      const double off = worst_label(labels, shares, part_of);
      worst = std::max(worst, off);
      sum += off;
      Parts drawn = part_of;
      Random random(seed);
      random.shuffle(std::span(drawn));
      sum_by_chance += worst_label(labels, shares, drawn);
    }
  }
  CHECK(worst < 6);  // of about 80 rows a label
  CHECK(sum < sum_by_chance / 3);
}

TEST_CASE("several labels: a label that few rows have is spread over the parts") {
  std::vector<std::string> fields;  // a common label with each, and five rare ones of four rows
  for (int i = 0; i < 20; ++i) fields.push_back("common;rare" + std::to_string(i % 5));
  for (int i = 0; i < 60; ++i) fields.push_back("common");
  const Labels labels = encode_labels(fields, {";", {}});
  const std::vector<double> shares{0.25, 0.25, 0.25, 0.25};
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Parts part_of = stratified(labels, shares, seed);
    CHECK(worst_label(labels, shares, part_of) < 1e-6);
    CHECK(worst_part(shares, part_of) < 1e-6);
  }
}

TEST_CASE("several labels: a function of the seed") {
  const Labels labels = encode_sets(random_label_sets(200, 8, 3, 1));
  const std::vector<double> shares{0.5, 0.5};
  CHECK(stratified(labels, shares, 1) == stratified(labels, shares, 1));
  CHECK(stratified(labels, shares, 1) != stratified(labels, shares, 2));
}
