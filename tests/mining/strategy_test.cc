#include "nearfar/mining/strategy.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "every_distance.h"
#include "mining/mined.h"
#include "nearfar/core/error.h"

using namespace nearfar;
using namespace nearfar::testing;

TEST_CASE("strategy table: names are unique and found, an unknown one is a usage error that lists them") {
  std::set<std::string_view> names;
  for (const MiningStrategy& strategy : mining_strategies()) {
    CHECK(names.insert(strategy.name).second);
    CHECK(&mining_strategy(strategy.name) == &strategy);
    CHECK_FALSE(strategy.meaning.empty());
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
    "every strategy: without a limit it gives what its definition says, with ties, singletons and unknown "
    "rows") {
  for (const Distance& kind : distances_without_matrix()) {
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
      const std::int64_t rows = 8 + 5 * static_cast<std::int64_t>(seed);
      const Labels labels = random_labels(rows, 2 + seed % 5, seed, seed % 2 == 0 ? 0 : 6);
      const Matrix x =
          in_domain(kind, seed % 3 == 0 ? random_rows(rows, 4, seed) : integer_rows(rows, 3, seed));
      MiningOptions options;
      options.distance = kind;
      options.per_anchor = 0;
      const auto distance = [&](std::int32_t i, std::int32_t j) {
        return options.distance.between(x.row(i), x.row(j), x.cols());
      };
      for (const MiningStrategy& strategy : mining_strategies()) {
        options.strategy = strategy.name;
        INFO(options.strategy, " ", kind.name(), " seed ", seed);
        const Triplets got = mined(x, labels, options).triplets();
        CHECK(std::is_sorted(got.begin(), got.end(),
                             [](const Triplet& a, const Triplet& b) { return a.anchor < b.anchor; }));
        CHECK(sorted(got) == naive_triplets(strategy.name, labels, distance));
      }
    }
  }
}

TEST_CASE("every strategy: a limit per anchor gives that many of the allowed triplets") {
  const Labels labels = random_labels(40, 4, 5, 9);
  const Matrix x = random_rows(40, 3, 6);
  for (const MiningStrategy& strategy : mining_strategies()) {
    const Triplets allowed = sorted(mined(x, labels, with_strategy(strategy.name, 0)).triplets());
    for (const std::int64_t limit : {-1, 1, 2, 7, 1000000}) {
      const Triplets got = mined(x, labels, with_strategy(strategy.name, limit)).triplets();
      const std::int64_t at_most = limit >= 0 ? limit : strategy.default_per_anchor;
      INFO(std::string(strategy.name), " per anchor ", limit);
      CHECK(is_subset(got, allowed));
      for (std::int32_t a = 0; a < 40; ++a) {
        const auto of_anchor = [&](const Triplet& t) { return t.anchor == a; };
        const auto available = std::count_if(allowed.begin(), allowed.end(), of_anchor);
        const auto expected = at_most > 0 ? std::min<std::int64_t>(at_most, available) : available;
        CHECK(std::count_if(got.begin(), got.end(), of_anchor) == expected);
      }
    }
  }
}
