// `multi-similarity`, `pair-margin`, `hdc` and `all`.
#include <doctest/doctest.h>

#include <set>

#include "mining/mined.h"
#include "nearfar/mining/anchor_source.h"
#include "nearfar/mining/hardest_pairs.h"
#include "nearfar/mining/strategies.h"
#include "nearfar/network/normalize.h"
#include "oracle.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

struct Chosen {
  Pairs positives;
  Pairs negatives;
};

// The ordered pairs that a strategy chooses for each anchor of the oracle's batch.
Chosen on_oracle(PairChoice (*choose)(const Anchor&, const MiningContext&), DistanceKind kind,
                 const StrategyParameters& parameters) {
  Matrix x = oracle::embeddings();
  normalize_rows(x);
  const Labels labels = oracle::labels();
  const SimilarRows similar(labels);
  const Distance distance(kind);
  const AllRows source(x, similar, distance, {}, false);
  MiningContext context;
  context.parameters = parameters;
  context.hardest = hardest_pairs(source, x.rows(), parameters.share);
  Chosen chosen;
  const Threads one(1);
  source.for_each(0, x.rows(), [&](Anchor&& anchor) {
    const PairChoice choice = choose(anchor, context);
    for (const std::int32_t p : choice.positives)
      chosen.positives.emplace_back(anchor.row, anchor.positives[static_cast<std::size_t>(p)]);
    for (std::int32_t n = 0; n < choice.negatives; ++n)
      chosen.negatives.emplace_back(anchor.row, anchor.negatives[static_cast<std::size_t>(n)]);
  });
  std::sort(chosen.positives.begin(), chosen.positives.end());
  std::sort(chosen.negatives.begin(), chosen.negatives.end());
  return chosen;
}

Pairs of_oracle(const std::vector<oracle::OraclePair>& list) {
  Pairs pairs;
  for (const auto& [a, b] : list) pairs.emplace_back(a, b);
  return pairs;
}

}  // namespace

TEST_CASE("multi-similarity: the pairs of the oracle, on cosine similarities, epsilon 0.1") {
  const Chosen chosen = on_oracle(choose_multi_similarity, DistanceKind::cosine, {.epsilon = 0.1});
  CHECK(chosen.positives == of_oracle(oracle::kMultiSimilarityPositives));
  CHECK(chosen.negatives == of_oracle(oracle::kMultiSimilarityNegatives));
}

TEST_CASE("pair-margin: the pairs of the oracle, rows scaled to length 1, margins 0.2 and 0.8") {
  const Chosen chosen =
      on_oracle(choose_pair_margin, DistanceKind::euclidean, {.pos_margin = 0.2, .neg_margin = 0.8});
  CHECK(chosen.positives.size() == 44);  // every one of them
  CHECK(chosen.negatives == of_oracle(oracle::kPairMarginNegatives));
}

TEST_CASE("hdc: the pairs of the oracle, rows scaled to length 1, half of all") {
  const Chosen chosen = on_oracle(choose_hdc, DistanceKind::euclidean, {.share = 0.5});
  CHECK(chosen.positives == of_oracle(oracle::kHdcPositives));
  CHECK(chosen.negatives == of_oracle(oracle::kHdcNegatives));
}

TEST_CASE("all and hdc with a share of 1: every pair") {
  for (const auto choose : {choose_all, choose_hdc}) {
    const Chosen chosen = on_oracle(choose, DistanceKind::euclidean, {.share = 1});
    CHECK(chosen.positives.size() == 44);
    CHECK(chosen.negatives.size() == 138);
  }
}

TEST_CASE("pairs: a row without positives has its near negatives; multi-similarity needs both") {
  // Row 2 is alone in its class, and near to row 0.
  Matrix x(3, 1);
  x(1, 0) = 5;
  x(2, 0) = 0.5F;
  const Labels labels = labels_of({0, 0, 1});
  MiningOptions options = with_strategy("pair-margin");
  options.kind = TupleKind::pairs;
  const Mined run = mined(x, labels, options);
  CHECK(run.pairs(1) == Pairs{{0, 1}});
  CHECK(run.pairs(0) == Pairs{{0, 2}});
  CHECK(run.summary.without_positive == 0);
  CHECK(run.summary.without_tuple == 0);
}
