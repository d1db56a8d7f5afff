#include "nearfar/training/batch_miner.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "mining/mined.h"
#include "nearfar/core/error.h"
#include "nearfar/network/normalize.h"
#include "oracle.h"
#include "random_rows.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

Tuples chosen(std::string_view strategy, std::string_view loss, MatrixView x, const Labels& labels,
              DistanceKind kind = DistanceKind::euclidean, StrategyParameters parameters = {},
              std::int64_t step = 0) {
  const BatchMining mining{&mining_strategy(strategy), parameters};
  return mine_batch(mining, loss_info(loss), kind, x, {labels.codes}, 3, step);
}

Triplets triplets_of(const Tuples& tuples) {
  Triplets list;
  for (std::int64_t t = 0; t < tuples.size(); ++t) list.push_back({tuples[t][0], tuples[t][1], tuples[t][2]});
  std::sort(list.begin(), list.end());
  return list;
}

Triplets triplets_of(const std::vector<oracle::OracleTriplet>& facts) {
  Triplets list;
  for (const auto& fact : facts) list.push_back({fact[0], fact[1], fact[2]});
  std::sort(list.begin(), list.end());
  return list;
}

using PairSet = std::set<std::pair<std::int32_t, std::int32_t>>;

PairSet pairs_of(const Tuples& tuples, float value) {
  PairSet list;
  for (std::int64_t t = 0; t < tuples.size(); ++t) {
    if (tuples.values[static_cast<std::size_t>(t)] == value) list.emplace(tuples[t][0], tuples[t][1]);
  }
  return list;
}

PairSet pairs_of(const std::vector<oracle::OraclePair>& facts) {
  PairSet list;
  for (const auto& fact : facts) list.emplace(fact[0], fact[1]);
  return list;
}

Matrix unit_embeddings() {
  Matrix x = oracle::embeddings();
  normalize_rows(x);
  return x;
}

}  // namespace

TEST_CASE("mine_batch: the miners of the oracle") {
  const Matrix x = unit_embeddings();
  const Labels labels = oracle::labels();
  CHECK(triplets_of(chosen("hard", "triplet", x, labels)) == triplets_of(oracle::kBatchHard));
  CHECK(triplets_of(chosen("easy-semihard", "triplet", x, labels)) == triplets_of(oracle::kEasySemihard));
  CHECK(triplets_of(chosen("hard-semihard", "triplet", x, labels)) == triplets_of(oracle::kHardSemihard));
  CHECK(triplets_of(chosen("semihard-margin", "triplet", x, labels)) == triplets_of(oracle::kGapUpTo02));
  CHECK(triplets_of(chosen("hard-margin", "triplet", x, labels)) == triplets_of(oracle::kGapUpTo0));
  CHECK(chosen("margin", "triplet", x, labels).size() == oracle::kGapAtMost02);
  CHECK(chosen("easy-margin", "triplet", x, labels).size() == oracle::kGapAbove02);
  const Tuples similar = chosen("multi-similarity", "multi-similarity", x, labels, DistanceKind::cosine);
  CHECK(similar.kind == TupleKind::pairs);
  CHECK(pairs_of(similar, 1) == pairs_of(oracle::kMultiSimilarityPositives));
  CHECK(pairs_of(similar, 0) == pairs_of(oracle::kMultiSimilarityNegatives));
  CHECK(pairs_of(chosen("pair-margin", "contrastive", x, labels), 0) ==
        pairs_of(oracle::kPairMarginNegatives));
  const Tuples hdc = chosen("hdc", "contrastive", x, labels);
  CHECK(pairs_of(hdc, 1) == pairs_of(oracle::kHdcPositives));
  CHECK(pairs_of(hdc, 0) == pairs_of(oracle::kHdcNegatives));
}

TEST_CASE("mine_batch: what mk-triplets chooses of the same rows, for every strategy that does not draw") {
  Matrix x = random_rows(40, 6, 1);
  normalize_rows(x);
  Labels labels{{}, {"a", "b", "c", "d"}, {}};
  for (std::int32_t i = 0; i < 40; ++i) labels.codes.push_back(i % 4);
  for (const MiningStrategy& strategy : mining_strategies()) {
    if (strategy.name == "random" || strategy.name == "distance-weighted") continue;
    CAPTURE(std::string(strategy.name));
    MiningOptions options;
    options.strategy = strategy.name;
    options.per_anchor = 0;
    options.parameters.neg_margin = 1.3;
    const StrategyParameters parameters = options.parameters;
    Triplets expected = mined(x, labels, options).triplets();
    std::sort(expected.begin(), expected.end());
    CHECK_FALSE(expected.empty());
    CHECK(triplets_of(chosen(strategy.name, "triplet", x, labels, DistanceKind::euclidean, parameters)) ==
          expected);
  }
}

TEST_CASE("mine_batch: draws are those of seed and step; a batch without a pair gives nothing") {
  Matrix x = random_rows(30, 6, 2);
  normalize_rows(x);
  Labels labels{{}, {"a", "b", "c"}, {}};
  for (std::int32_t i = 0; i < 30; ++i) labels.codes.push_back(i % 3);
  const auto at = [&](std::int64_t step) {
    return chosen("distance-weighted", "triplet", x, labels, DistanceKind::euclidean, {}, step).items;
  };
  CHECK(at(1) == at(1));
  CHECK(at(1) != at(2));
  const Labels one_class{std::vector<std::int32_t>(30, 0), {"a"}, {}};
  for (const MiningStrategy& strategy : mining_strategies()) {
    if (strategy.choose_pairs == nullptr) CHECK(chosen(strategy.name, "triplet", x, one_class).size() == 0);
  }
}

TEST_CASE("check_batch_mining: losses without pairs, distances without a density, are refused") {
  const auto refused = [](std::string_view strategy, std::string_view loss, DistanceKind kind,
                          bool normalize) {
    try {
      check_batch_mining({&mining_strategy(strategy), {}}, loss_info(loss), kind, normalize);
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::usage);
      return true;
    }
    return false;
  };
  CHECK(refused("hard", "arcface", DistanceKind::cosine, false));
  CHECK(refused("hard", "cosent", DistanceKind::cosine, false));
  CHECK_FALSE(refused("hard", "triplet", DistanceKind::cosine, false));
  CHECK(refused("distance-weighted", "margin", DistanceKind::euclidean, false));
  CHECK_FALSE(refused("distance-weighted", "margin", DistanceKind::euclidean, true));
  CHECK(refused("distance-weighted", "triplet", DistanceKind::manhattan, true));
}
