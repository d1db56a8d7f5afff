#include "nearfar/mining/searched_rows.h"

#include <doctest/doctest.h>

#include "every_distance.h"
#include "mining/mined.h"
#include "nearfar/mining/found_tuples.h"
#include "nearfar/mining/selection.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

// What the strategy chooses from the anchors of a source: the way of the miner, without its choice of source.
std::vector<MinedTuple> tuples_from(const AnchorSource& source, std::int64_t rows,
                                    const MiningStrategy& strategy, const MiningContext& context,
                                    std::int64_t limit, std::uint64_t seed) {
  std::vector<std::vector<MinedTuple>> found(static_cast<std::size_t>(rows));
  source.for_each(0, rows, [&](Anchor&& anchor) {
    Random random(seed, RandomPurpose::mining, static_cast<std::uint64_t>(anchor.row));
    const Selection selection(strategy, anchor, context, limit, random);
    for (const Choice& choice : draw_triplets(strategy, anchor, context, selection, limit, random))
      found[static_cast<std::size_t>(anchor.row)].push_back(tuple_of(anchor, choice));
  });
  std::vector<MinedTuple> tuples;
  for (const auto& of_row : found) tuples.insert(tuples.end(), of_row.begin(), of_row.end());
  return tuples;
}

bool equal(const MinedTuple& a, const MinedTuple& b) {
  return a.anchor == b.anchor && a.other == b.other && a.negative == b.negative &&
         same_bits(a.d_ap, b.d_ap) && same_bits(a.d_an, b.d_an);
}

RowSearch search_of(const MiningStrategy& strategy, const StrategyParameters& parameters, std::int64_t limit,
                    std::uint64_t seed) {
  RowSearch search;
  search.plan = strategy.search;
  search.seed = seed;
  if (strategy.search.positives == SearchPlan::Positives::drawn) search.positives = limit;
  if (strategy.name == "neighbors") {
    search.positives = parameters.genuine;
    search.negatives = parameters.impostors;
  }
  return search;
}

struct Case {
  Matrix x;
  Labels labels;
};

// Random rows; rows with many ties and duplicates; classes whose farthest rows lie beyond all others, so that
// draws of semihard are often in vain; several labels a row.
Case case_of(std::uint64_t seed) {
  const std::int64_t rows = 12 + 9 * static_cast<std::int64_t>(seed);
  Case made{seed % 3 == 0 ? random_rows(rows, 4, seed) : integer_rows(rows, 3, seed),
            seed % 4 == 3 ? random_label_sets(rows, 9, 10, seed, 7)
                          : random_labels(rows, 2 + seed % 4, seed, seed % 2 == 0 ? 0 : 5)};
  if (seed % 5 == 1) {
    for (std::int64_t i = 0; i < rows; ++i) {
      if (made.labels.codes[static_cast<std::size_t>(i)] == 0)
        made.x(i, 0) = static_cast<float>(i % 7 == 0 ? 0 : 20 - 40 * (i % 2));
    }
  }
  return made;
}

}  // namespace

TEST_CASE("search: the same tuples with the same bits as from the distances of all rows") {
  const std::vector<Distance> distances = distances_without_matrix();
  int strategies = 0;
  std::int64_t compared = 0;
  for (const MiningStrategy& strategy : mining_strategies()) {
    if (strategy.search.positives == SearchPlan::Positives::none) continue;
    ++strategies;
    for (std::uint64_t seed = 0; seed < 14; ++seed) {
      const auto [rows, labels] = case_of(seed);
      const SimilarRows similar(labels);
      // Euclidean, and one distance after the other.
      for (const Distance& distance : {Distance(), distances[seed % distances.size()]}) {
        const Matrix x = in_domain(distance, rows);
        MiningContext context;
        context.parameters.genuine = 2;
        context.parameters.impostors = 4;
        for (const std::int64_t limit : {0, 1, 2, 5, 1000}) {
          const std::int64_t at_most = per_anchor_limit(strategy, limit);
          const std::vector<MinedTuple> expected = tuples_from(AllRows(x, similar, distance, {}, false),
                                                               x.rows(), strategy, context, at_most, seed);
          for (const int count : {1, 2, 3}) {
            const Threads use(count);
            const SearchedRows source(x, similar, distance,
                                      search_of(strategy, context.parameters, at_most, seed), {});
            const std::vector<MinedTuple> got =
                tuples_from(source, x.rows(), strategy, context, at_most, seed);
            INFO(std::string(strategy.name), " seed ", seed, " limit ", limit);
            CHECK(std::equal(got.begin(), got.end(), expected.begin(), expected.end(), equal));
          }
          compared += std::ssize(expected);
        }
      }
    }
  }
  CHECK(strategies == 5);
  CHECK(compared > 10000);
}

TEST_CASE("search: ranks are those of all negatives") {
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    const auto [x, labels] = case_of(seed);
    const SimilarRows similar(labels);
    const Distance distance;
    for (const RankRange ranks : {RankRange{2, 0}, RankRange{3, 4}, RankRange{5, 100}}) {
      for (const char* name : {"hard", "neighbors"}) {
        const MiningStrategy& strategy = mining_strategy(name);
        MiningContext context;
        RowSearch search = search_of(strategy, context.parameters, 0, seed);
        search.ranks = ranks;
        const std::vector<MinedTuple> expected =
            tuples_from(AllRows(x, similar, distance, ranks, false), x.rows(), strategy, context, 0, seed);
        const std::vector<MinedTuple> got =
            tuples_from(SearchedRows(x, similar, distance, search, {}), x.rows(), strategy, context, 0, seed);
        CHECK(std::equal(got.begin(), got.end(), expected.begin(), expected.end(), equal));
      }
    }
  }
}
