// The table of strategies, and every strategy against its definition.
#include "nearfar/mining/strategy.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "every_distance.h"
#include "mining/mined.h"
#include "mining/naive_miner.h"
#include "nearfar/core/error.h"
#include "nearfar/core/text.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

bool has_meaning(const MiningStrategy& strategy, const Distance& distance) {
  try {
    if (strategy.check != nullptr) strategy.check(distance, {});
    return true;
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::usage);
    return false;
  }
}

Labels labels_for(std::int64_t rows, std::uint64_t seed) {
  const int unknown_every = seed % 2 == 0 ? 0 : 6;
  if (seed % 4 == 3) return random_label_sets(rows, 6, 8, seed, unknown_every);
  return random_labels(rows, 2 + seed % 5, seed, unknown_every);
}

Matrix rows_for(std::int64_t rows, std::uint64_t seed) {
  return seed % 3 == 0 ? random_rows(rows, 4, seed) : integer_rows(rows, 3, seed);
}

// distance-weighted chooses by chance, and has its own test.
bool is_by_chance(const MiningStrategy& strategy) { return strategy.name == "distance-weighted"; }

void check_against_definition(const MiningOptions& options, MatrixView x, const Labels& labels) {
  const Triplets got = mined(x, labels, options).triplets();
  CHECK(std::is_sorted(got.begin(), got.end(),
                       [](const Triplet& a, const Triplet& b) { return a.anchor < b.anchor; }));
  CHECK(sorted(got) == NaiveMiner(x, labels, options).triplets());
}

NeighborLists random_lists(MatrixView x, const Distance& distance, std::uint64_t seed) {
  Random random(seed);
  NeighborLists lists;
  lists.begin.push_back(0);
  for (std::int64_t i = 0; i < x.rows; ++i) {
    for (const std::uint64_t j : random.sample(static_cast<std::uint64_t>(x.rows), 8)) {
      const auto other = static_cast<std::int32_t>(j);
      if (other == i) continue;
      lists.rows.push_back(other);
      lists.distances.push_back(distance.between(x.row(i), x.row(other), x.cols));
    }
    lists.begin.push_back(lists.rows.size());
  }
  return lists;
}

}  // namespace

TEST_CASE("strategy table: names are unique and found, an unknown one is a usage error that lists them") {
  std::set<std::string_view> names;
  for (const MiningStrategy& strategy : mining_strategies()) {
    CHECK(names.insert(strategy.name).second);
    CHECK(&mining_strategy(strategy.name) == &strategy);
    CHECK_FALSE(strategy.meaning.empty());
    CHECK_FALSE(strategy.source.empty());
    CHECK((strategy.choose_pairs == nullptr) != (strategy.choose_triplets == nullptr));
  }
  try {
    static_cast<void>(mining_strategy("semi-hard"));
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::usage);
    for (const std::string_view name : names)
      CHECK(std::string(error.what()).find(name) != std::string::npos);
  }
}

TEST_CASE(
    "strategy table: every option belongs to a strategy and every option of a strategy is in the table") {
  std::set<std::string> options;
  for (const StrategyOption& option : strategy_options()) {
    CHECK(options.insert(std::string(option.name)).second);
    CHECK_FALSE(strategies_with([&](const MiningStrategy& strategy) {
                  return has_option(strategy, option.name);
                }).empty());
    CHECK((option.number == nullptr) != (option.count == nullptr));
  }
  for (const MiningStrategy& strategy : mining_strategies()) {
    if (strategy.options.empty()) continue;
    for (const std::string& name : split_text(strategy.options, ' ')) CHECK(options.contains(name));
  }
  CHECK_FALSE(has_option(mining_strategy("pair-margin"), "margin"));
}

TEST_CASE("strategy options: what is written reads back, what is out of range is refused") {
  StrategyParameters parameters;
  const auto option = [](std::string_view name) -> const StrategyOption& {
    for (const StrategyOption& candidate : strategy_options()) {
      if (candidate.name == name) return candidate;
    }
    FAIL("no option " << std::string(name));
    return strategy_options().front();
  };
  const auto refused = [&](std::string_view name, std::string_view text) {
    const StrategyParameters before = parameters;
    try {
      set_parameter(parameters, option(name), text);
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::usage);
      CHECK(std::string(error.what()).find("--" + std::string(name)) == 0);
      return parameter_text(parameters, option(name)) == parameter_text(before, option(name));
    }
    return false;
  };
  set_parameter(parameters, option("angle"), "45.5");
  CHECK(parameters.angle == 45.5);
  set_parameter(parameters, option("impostors"), "7");
  CHECK(parameters.impostors == 7);
  CHECK(parameter_text(parameters, option("impostors")) == "7");
  set_parameter(parameters, option("pos-margin"), "-2");
  CHECK(parameters.pos_margin == -2);
  set_parameter(parameters, option("share"), "1");
  CHECK(parameters.share == 1);
  for (const char* text : {"0", "90", "-5", "x", "nan", ""}) CHECK(refused("angle", text));
  for (const char* text : {"0", "1.5", "-1", "inf"}) CHECK(refused("share", text));
  for (const char* text : {"0", "2", "3"}) CHECK(refused("cutoff", text));
  for (const char* text : {"0", "1.5", "-1", "many"}) CHECK(refused("genuine", text));
  CHECK(refused("epsilon", "-0.1"));
}

TEST_CASE("every strategy: without a limit it gives what its definition says") {
  // Ties, singletons, rows of unknown class, several labels a row.
  for (const Distance& distance : distances_without_matrix()) {
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
      const std::int64_t rows = 8 + 3 * static_cast<std::int64_t>(seed);
      const Labels labels = labels_for(rows, seed);
      const Matrix x = in_domain(distance, rows_for(rows, seed));
      MiningOptions options;
      options.distance = distance;
      options.per_anchor = 0;
      options.parameters.margin = 0.7;
      options.parameters.angle = 31;
      options.parameters.genuine = 2;
      options.parameters.impostors = 3;
      for (const MiningStrategy& strategy : mining_strategies()) {
        if (is_by_chance(strategy) || !has_meaning(strategy, options.distance)) continue;
        if (strategy.name == "angular" && distance.kind() != DistanceKind::euclidean)
          continue;  // the definition is for it
        options.strategy = strategy.name;
        INFO(options.strategy, " ", distance.name(), " seed ", seed);
        check_against_definition(options, x, labels);
      }
    }
  }
}

TEST_CASE("every strategy: with ranks and a guard only those negatives are there") {
  for (std::uint64_t seed = 0; seed < 16; ++seed) {
    const std::int64_t rows = 10 + 2 * static_cast<std::int64_t>(seed);
    const Labels labels = labels_for(rows, seed);
    const Matrix x = rows_for(rows, seed);
    MiningOptions options;
    options.per_anchor = 0;
    options.parameters.margin = 0.7;
    if (seed % 3 != 0) options.ranks = {2 + static_cast<std::int64_t>(seed % 3), seed % 2 == 0 ? 0 : 7};
    if (seed % 3 != 1) options.parameters.guard = 0.9 + 0.1 * static_cast<double>(seed % 4);
    for (const MiningStrategy& strategy : mining_strategies()) {
      if (is_by_chance(strategy)) continue;
      options.strategy = strategy.name;
      INFO(options.strategy, " seed ", seed, " guard ", options.parameters.guard);
      check_against_definition(options, x, labels);
    }
  }
}

TEST_CASE("every strategy that can: from lists only what stands in them") {
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    const std::int64_t rows = 14 + 2 * static_cast<std::int64_t>(seed);
    const Labels labels = labels_for(rows, seed);
    const Matrix x = rows_for(rows, seed);
    const NeighborLists lists = random_lists(x, Distance(), seed);
    MiningOptions options;
    options.candidates = &lists;
    options.per_anchor = 0;
    if (seed % 4 == 1) options.ranks = {2, 4};
    if (seed % 4 == 2) options.parameters.guard = 1;
    const Matrix none(rows, 0);
    for (const MiningStrategy& strategy : mining_strategies()) {
      if (!strategy.works_from_lists) continue;
      options.strategy = strategy.name;
      INFO(options.strategy, " seed ", seed);
      check_against_definition(options, none, labels);
    }
  }
}

TEST_CASE("every strategy: a limit gives that many of the allowed, or all there are") {
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    const Labels labels = labels_for(40, seed);
    const Matrix x = rows_for(40, seed);
    for (const MiningStrategy& strategy : mining_strategies()) {
      if (is_by_chance(strategy)) continue;
      for (const std::int64_t limit : {1, 2, 5, 1000}) {
        MiningOptions options = with_strategy(strategy.name, limit);
        options.seed = seed;
        const Triplets allowed = NaiveMiner(x, labels, options).triplets();
        const Triplets got = mined(x, labels, options).triplets();
        INFO(options.strategy, " seed ", seed, " limit ", limit);
        CHECK(is_subset(got, allowed));
        const std::int64_t at_most = per_anchor_limit(strategy, limit);
        for (std::int32_t a = 0; a < 40; ++a) {
          const auto of_anchor = [&](const Triplet& t) { return t.anchor == a; };
          const auto available = std::count_if(allowed.begin(), allowed.end(), of_anchor);
          CHECK(std::count_if(got.begin(), got.end(), of_anchor) == std::min(at_most, available));
        }
      }
    }
  }
}

TEST_CASE("every strategy: the default limit is one, five or none") {
  for (const MiningStrategy& strategy : mining_strategies()) {
    const std::string_view name = strategy.name;
    const bool one = name == "hard" || name == "hard-semihard" || name == "easy-semihard";
    CHECK(per_anchor_limit(strategy, -1) == (one ? 1 : name == "all" ? 0 : 5));
    CHECK(per_anchor_limit(strategy, 0) == (one ? 1 : 0));
    CHECK(per_anchor_limit(strategy, 3) == (one ? 1 : 3));
  }
}

TEST_CASE("every strategy: as pairs, those it chooses, or those of its triplets") {
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    const Labels labels = labels_for(30, seed);
    const Matrix x = rows_for(30, seed);
    for (const double guard : {0.0, 1.1}) {
      for (const MiningStrategy& strategy : mining_strategies()) {
        if (is_by_chance(strategy)) continue;
        MiningOptions options = with_strategy(strategy.name, 0);
        options.parameters.guard = guard;
        const NaiveMiner naive(x, labels, options);
        std::set<std::pair<std::int32_t, std::int32_t>> similar;
        std::set<std::pair<std::int32_t, std::int32_t>> dissimilar;
        if (naive.chooses_pairs() && guard == 0) {
          for (const auto& [a, p] : naive.chosen_positives()) similar.insert(std::minmax(a, p));
          for (const auto& [a, n] : naive.chosen_negatives()) dissimilar.insert(std::minmax(a, n));
        } else {
          for (const Triplet& t : naive.triplets()) {
            similar.insert(std::minmax(t.anchor, t.positive));
            dissimilar.insert(std::minmax(t.anchor, t.negative));
          }
        }
        options.kind = TupleKind::pairs;
        const Mined run = mined(x, labels, options);
        INFO(options.strategy, " seed ", seed, " guard ", guard);
        CHECK(run.pairs(1) == Pairs(similar.begin(), similar.end()));
        CHECK(run.pairs(0) == Pairs(dissimilar.begin(), dissimilar.end()));
        CHECK(run.tuples.size() == similar.size() + dissimilar.size());
      }
    }
  }
}
