#include "nearfar/mining/miner.h"

#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <set>
#include <string>
#include <tuple>

#include "mining/mined.h"
#include "nearfar/core/error.h"
#include "nearfar/network/normalize.h"
#include "oracle.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

std::string refusal(MatrixView x, const Labels& labels, const MiningOptions& options, ErrorKind kind) {
  try {
    static_cast<void>(mined(x, labels, options));
  } catch (const Error& error) {
    CHECK(error.kind() == kind);
    return error.what();
  }
  FAIL_CHECK("not refused");
  return {};
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("mine: the same tuples, distances and counts for 1, 2 and 3 threads") {
  const Matrix x = sphere_rows(600, 8, 1);
  const Labels labels = random_labels(600, 40, 2, 17);
  for (const MiningStrategy& strategy : mining_strategies()) {
    for (const TupleKind kind : {TupleKind::triplets, TupleKind::pairs}) {
      for (const std::int64_t max : {0, 500}) {
        MiningOptions options = with_strategy(strategy.name, max == 0 ? 3 : -1);
        options.kind = kind;
        options.max = max;
        options.parameters.margin = 0.3;
        std::vector<Mined> runs;
        for (const int count : {1, 2, 3}) {
          const Threads use(count);
          runs.push_back(mined(x, labels, options));
        }
        INFO(options.strategy, " max ", max);
        CHECK(same_tuples(runs[0], runs[1]));
        CHECK(same_tuples(runs[0], runs[2]));
        CHECK(runs[0].summary.tuples == static_cast<std::int64_t>(runs[0].tuples.size()));
      }
    }
  }
}

TEST_CASE("mine: rows of unknown class change nothing for the others") {
  const Labels labels = random_labels(50, 4, 3, 4);
  const Matrix x = sphere_rows(50, 3, 4);
  Matrix known(0, 3);
  Labels known_labels;
  known_labels.names = labels.names;
  std::vector<std::int32_t> row_of;  // of a known row among all
  for (std::int32_t i = 0; i < 50; ++i) {
    const std::int32_t code = labels.codes[static_cast<std::size_t>(i)];
    if (code == Labels::kUnknown) continue;
    known.append(x.view().slice(i, i + 1));
    known_labels.codes.push_back(code);
    row_of.push_back(i);
  }
  REQUIRE(row_of.size() < 50);
  for (const MiningStrategy& strategy : mining_strategies()) {
    if (strategy.name == "distance-weighted") continue;  // draws, and each anchor has its own random numbers
    const Mined with = mined(x, labels, with_strategy(strategy.name, 0));
    const Mined without = mined(known, known_labels, with_strategy(strategy.name, 0));
    Triplets translated;
    for (const Triplet& t : without.triplets()) {
      const auto row = [&](std::int32_t i) { return row_of[static_cast<std::size_t>(i)]; };
      translated.push_back({row(t.anchor), row(t.positive), row(t.negative)});
    }
    INFO(std::string(strategy.name));
    CHECK(with.triplets() == translated);
    CHECK(with.summary.anchors == static_cast<std::int64_t>(row_of.size()));
  }
}

TEST_CASE("mine: singletons are negatives, never anchors nor positives, and are counted") {
  const Labels labels = labels_of({0, 1, 0, 2, 0, -1});
  const Matrix x = sphere_rows(6, 2, 5);
  for (const MiningStrategy& strategy : mining_strategies()) {
    const Mined run = mined(x, labels, with_strategy(strategy.name, 0));
    for (const Triplet& t : run.triplets()) {
      CHECK(labels.codes[static_cast<std::size_t>(t.anchor)] == 0);
      CHECK(labels.codes[static_cast<std::size_t>(t.positive)] == 0);
      CHECK(t.anchor != t.positive);
      CHECK((t.negative == 1 || t.negative == 3));
    }
    CHECK(run.summary.anchors == 5);
    CHECK(run.summary.without_positive == 2);
    CHECK(run.summary.without_negative == 0);
  }
}

TEST_CASE("mine: every anchor is counted once, with tuples or with the reason why not") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Labels labels = random_labels(30, 12, seed, 7);
    const Matrix x = sphere_rows(30, 2, seed);
    for (const MiningStrategy& strategy : mining_strategies()) {
      const Mined run = mined(x, labels, with_strategy(strategy.name));
      std::set<std::int32_t> anchors;
      for (const MinedTuple& tuple : run.tuples) anchors.insert(tuple.anchor);
      const MiningSummary& s = run.summary;
      INFO(std::string(strategy.name), " seed ", seed);
      CHECK(s.anchors == s.without_positive + s.without_negative + s.without_tuple +
                             static_cast<std::int64_t>(anchors.size()));
      CHECK(s.anchors ==
            std::count_if(labels.codes.begin(), labels.codes.end(), [](auto code) { return code >= 0; }));
    }
  }
}

TEST_CASE("mine: distances are those of between; active counts positive losses") {
  Matrix x = oracle::embeddings();
  normalize_rows(x);
  for (const MiningStrategy& strategy : mining_strategies()) {
    for (const std::int64_t limit : {0, 2}) {
      for (const TupleKind kind : {TupleKind::triplets, TupleKind::quadruplets, TupleKind::pairs}) {
        MiningOptions options = with_strategy(strategy.name, limit);
        options.kind = kind;
        options.parameters.margin = 0.9;
        const Mined run = mined(x, oracle::labels(), options);
        std::int64_t active = 0;
        bool right = true;
        for (const MinedTuple& t : run.tuples) {
          const auto to = [&](std::int32_t i) {
            return options.distance.between(x.row(t.anchor), x.row(i), x.cols());
          };
          right = right && same_bits(t.d_ap, to(t.other));
          if (kind == TupleKind::pairs) {
            active += t.value == 1 ? (t.d_ap > 0 ? 1 : 0) : (static_cast<double>(t.d_ap) < 0.9 ? 1 : 0);
          } else {
            right = right && same_bits(t.d_an, to(t.negative));
            active += static_cast<double>(t.d_ap) - static_cast<double>(t.d_an) + 0.9 > 0 ? 1 : 0;
          }
        }
        INFO(options.strategy, " limit ", limit);
        CHECK(right);
        CHECK(run.summary.active == active);
        CHECK_FALSE(run.tuples.empty());
      }
    }
  }
  MiningOptions options = with_strategy("all");
  options.parameters.margin = 0.2;
  CHECK(mined(x, oracle::labels(), options).summary.active == oracle::kGapAtMost02);
  options.parameters.margin = 0;
  CHECK(mined(x, oracle::labels(), options).summary.active == oracle::kGapAtMost0);
}

TEST_CASE("mine: quadruplets are the triplets of the strategy") {
  const Matrix x = sphere_rows(40, 3, 1);
  const Labels labels = random_labels(40, 4, 2);
  for (const MiningStrategy& strategy : mining_strategies()) {
    for (const std::int64_t max : {0, 20}) {
      MiningOptions options = with_strategy(strategy.name);
      options.max = max;
      const Mined triplets = mined(x, labels, options);
      options.kind = TupleKind::quadruplets;
      CHECK(same_tuples(mined(x, labels, options), triplets));
    }
  }
}

TEST_CASE("mine: with a limit, pairs are so many of either sort an anchor, or those of so many triplets") {
  const Labels labels = random_labels(40, 5, 7, 11);
  const Matrix x = sphere_rows(40, 3, 8);
  for (const MiningStrategy& strategy : mining_strategies()) {
    MiningOptions options = with_strategy(strategy.name, 2);
    const Triplets triplets = mined(x, labels, options).triplets();
    options.kind = TupleKind::pairs;
    const Mined run = mined(x, labels, options);
    std::map<std::pair<std::int32_t, float>, int> counts;  // of the anchor that a pair came with
    std::set<std::pair<std::int32_t, std::int32_t>> seen;
    for (const MinedTuple& t : run.tuples) {
      CHECK(seen.insert(std::minmax(t.anchor, t.other)).second);
      CHECK(t.negative == -1);
      CHECK((t.value == 1) == labels.similar(labels.codes[static_cast<std::size_t>(t.anchor)],
                                             labels.codes[static_cast<std::size_t>(t.other)]));
      ++counts[{t.anchor, t.value}];
    }
    INFO(options.strategy);
    for (const auto& [anchor, count] : counts) CHECK(count <= 2);
    if (strategy.choose_pairs != nullptr) continue;
    std::set<std::pair<std::int32_t, std::int32_t>> expected;
    for (const Triplet& t : triplets) {
      expected.insert(std::minmax(t.anchor, t.positive));
      expected.insert(std::minmax(t.anchor, t.negative));
    }
    CHECK(seen == expected);
  }
}

TEST_CASE("mine: max keeps that many, in order, every tuple equally often, however they are found") {
  // 4 anchors with 3 triplets each and 10 pairs; by number (all), listed (random with a limit), from runs
  // that are not listed (margin without one).
  const Labels labels = labels_of({0, 1, 0, 1, 2});
  const Matrix x(5, 1);
  constexpr int kSeeds = 3000;
  for (const auto& [strategy, limit] :
       {std::pair("all", -1), std::pair("random", 3), std::pair("margin", 0), std::pair("margin", 3)}) {
    for (const TupleKind kind : {TupleKind::triplets, TupleKind::pairs}) {
      MiningOptions options = with_strategy(strategy, limit);
      options.kind = kind;
      const std::size_t total = mined(x, labels, options).tuples.size();
      INFO(options.strategy, " limit ", options.per_anchor, " of ", total);
      CHECK(total == (kind == TupleKind::triplets ? 12 : 10));
      options.max = 4;
      std::map<Triplet, int> kept;
      bool ordered = true;
      for (int seed = 0; seed < kSeeds; ++seed) {
        options.seed = static_cast<std::uint64_t>(seed);
        const Mined run = mined(x, labels, options);
        REQUIRE(run.tuples.size() == 4);
        CHECK(run.summary.tuples == 4);
        CHECK(run.summary.found == static_cast<std::int64_t>(total));
        for (Triplet& t : run.triplets()) {
          if (kind == TupleKind::pairs) std::tie(t.anchor, t.positive) = std::minmax(t.anchor, t.positive);
          ++kept[t];
        }
        ordered = ordered && std::is_sorted(run.tuples.begin(), run.tuples.end(),
                                            [](const auto& a, const auto& b) { return a.anchor < b.anchor; });
      }
      CHECK(ordered);
      CHECK(kept.size() == total);
      const double p = 4.0 / static_cast<double>(total);
      for (const auto& [tuple, count] : kept) {  // binomial: beyond 6 standard deviations once in 5e8
        CHECK(std::abs(count - kSeeds * p) < 6 * std::sqrt(kSeeds * p * (1 - p)));
      }
      options.max = 1000;
      CHECK(mined(x, labels, options).tuples.size() == total);
    }
  }
}

TEST_CASE("mine: max draws from all triplets by number what it would draw from a list of them") {
  const Labels labels = random_labels(300, 3, 5, 9);
  const Matrix x = random_rows(300, 2, 6);
  MiningOptions options = with_strategy("all");
  const Mined every = mined(x, labels, options);
  options.max = 700;
  const Mined run = mined(x, labels, options);
  CHECK(run.summary.found == every.summary.found);
  CHECK(run.summary.without_positive == every.summary.without_positive);
  CHECK(std::is_sorted(every.tuples.begin(), every.tuples.end(), [](const auto& a, const auto& b) {
    return std::tuple(a.anchor, a.other, a.negative) < std::tuple(b.anchor, b.other, b.negative);
  }));
  const Triplets all = every.triplets();
  CHECK(is_subset(run.triplets(), all));
  std::vector<std::uint64_t> places;
  for (const Triplet& t : run.triplets())
    places.push_back(static_cast<std::uint64_t>(std::lower_bound(all.begin(), all.end(), t) - all.begin()));
  Random random(options.seed, RandomPurpose::mining, ~std::uint64_t{0});
  CHECK(places == random.sample(all.size(), 700));
}

TEST_CASE(
    "mine: all as pairs is every unordered pair of known rows once, with few of them when max says so") {
  const Labels labels = random_label_sets(60, 9, 12, 3, 8);
  const Matrix x = random_rows(60, 2, 4);
  MiningOptions options = with_strategy("all");
  options.kind = TupleKind::pairs;
  const Mined run = mined(x, labels, options);
  const std::int64_t known = run.summary.anchors;
  CHECK(known == 60 - 8);
  CHECK(run.summary.tuples == known * (known - 1) / 2);
  std::set<std::pair<std::int32_t, std::int32_t>> seen;
  for (const MinedTuple& t : run.tuples) {
    CHECK(t.anchor < t.other);
    CHECK(seen.emplace(t.anchor, t.other).second);
    CHECK((t.value == 1) == labels.similar(labels.codes[static_cast<std::size_t>(t.anchor)],
                                           labels.codes[static_cast<std::size_t>(t.other)]));
  }
  options.max = 50;
  const Mined some = mined(x, labels, options);
  CHECK(some.summary.tuples == 50);
  CHECK(some.summary.found == run.summary.found);
  for (const MinedTuple& t : some.tuples) CHECK(seen.erase({t.anchor, t.other}) == 1);
}

TEST_CASE(
    "mine: a range of ranks that leaves an anchor no negative is counted, and so is a list without one") {
  const Labels labels = labels_of({0, 0, 0, 1, 1});
  const Matrix x = random_rows(5, 2, 1);
  for (const MiningStrategy& strategy : mining_strategies()) {
    if (strategy.check != nullptr) continue;
    MiningOptions options = with_strategy(strategy.name);
    options.ranks = {3, 0};  // the rows of class 0 have two negatives, the others three
    const MiningSummary summary = mined(x, labels, options).summary;
    INFO(options.strategy);
    CHECK(summary.outside_ranks == 3);
    CHECK(summary.without_negative == 0);
    CHECK(summary.unlisted_positive + summary.unlisted_negative == 0);
  }
  NeighborLists lists;
  lists.begin = {0, 2, 3, 4, 4, 6};
  lists.rows = {1, 3, 4, 0, 0, 3};
  lists.distances = {1, 2, 1, 1, 1, 2};
  MiningOptions options = with_strategy("hard");
  options.candidates = &lists;
  const Mined run = mined(Matrix(5, 0), labels, options);
  CHECK(run.triplets() == Triplets{{0, 1, 3}, {4, 3, 0}});
  CHECK(run.summary.unlisted_positive == 2);
  CHECK(run.summary.unlisted_negative == 1);
  CHECK(run.summary.without_tuple == 0);
}

TEST_CASE("mine: searched, scanned or from complete lists, the tuples are the same") {
  const Matrix x = sphere_rows(700, 3, 1);
  const Labels labels = random_labels(700, 8, 2, 13);
  const Distance distance;
  NeighborLists lists;
  lists.begin.push_back(0);
  for (std::int32_t i = 0; i < x.rows(); ++i) {
    for (std::int32_t j = 0; j < x.rows(); ++j) {
      lists.rows.push_back(j);
      lists.distances.push_back(distance.between(x.row(i), x.row(j), 3));
    }
    lists.begin.push_back(lists.rows.size());
  }
  for (const MiningStrategy& strategy : mining_strategies()) {
    if (!strategy.works_from_lists || !strategy.looks_at_distances) continue;
    for (const std::int64_t limit : {1, 5, 20}) {  // few are searched, many are scanned
      MiningOptions options = with_strategy(strategy.name, limit);
      options.seed = 3;
      const Mined rows = mined(x, labels, options);
      options.candidates = &lists;
      INFO(options.strategy, " limit ", limit);
      CHECK(same_tuples(rows, mined(Matrix(700, 0), labels, options)));
    }
  }
}

TEST_CASE("mine: strategies that cannot work from lists say which can; a guard refuses negative distances") {
  NeighborLists lists;
  lists.begin = {0, 1, 1, 1, 1};
  lists.rows = {1};
  lists.distances = {-0.5F};
  const Labels labels = labels_of({0, 0, 1, 1});
  const Matrix none(4, 0);
  for (const char* strategy : {"angular", "distance-weighted"}) {
    MiningOptions options = with_strategy(strategy);
    options.candidates = &lists;
    const std::string what = refusal(none, labels, options, ErrorKind::usage);
    CHECK(contains(what, "--neighbors-from"));
    CHECK(contains(what, "semihard"));
  }
  MiningOptions options = with_strategy("hard");
  options.candidates = &lists;
  options.parameters.guard = 1;
  CHECK(contains(refusal(none, labels, options, ErrorKind::data), "--guard"));
  options.candidates = nullptr;
  options.distance = Distance(DistanceKind::dot);
  CHECK(contains(refusal(random_rows(4, 2, 1), labels, options, ErrorKind::usage), "dot"));
}

TEST_CASE("rank range: FROM-TO and FROM-, all else is refused") {
  const auto parsed = [](std::string_view text) {
    const RankRange range = parse_rank_range(text);
    return std::pair(range.from, range.to);
  };
  CHECK(parsed("10-50") == std::pair<std::int64_t, std::int64_t>(10, 50));
  CHECK(parsed("1-1") == std::pair<std::int64_t, std::int64_t>(1, 1));
  CHECK(parsed("7-") == std::pair<std::int64_t, std::int64_t>(7, 0));
  for (const char* text : {"", "-", "5", "0-3", "5-4", "-3", "a-b", "1-2-3", "3-0", "1.5-2"}) {
    try {
      static_cast<void>(parse_rank_range(text));
      FAIL_CHECK("not refused: " << text);
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::usage);
    }
  }
}

TEST_CASE("mine: progress ends with the number of rows and changes nothing") {
  const Labels labels = random_labels(700, 3, 1);
  const Matrix x = random_rows(700, 2, 2);
  MiningOptions options = with_strategy("hard");
  const Mined quiet = mined(x, labels, options);
  std::vector<std::int64_t> done;
  options.progress = [&](std::int64_t now, std::int64_t of) {
    CHECK(of == 700);
    done.push_back(now);
  };
  CHECK(same_tuples(mined(x, labels, options), quiet));
  REQUIRE(done.size() > 1);
  CHECK(done.back() == 700);
}

TEST_CASE("mine: labels that give no triplet are refused, and the message says why") {
  const Matrix x = random_rows(4, 2, 1);
  for (const MiningStrategy& strategy : mining_strategies()) {
    if (strategy.check != nullptr) continue;
    const MiningOptions options = with_strategy(strategy.name);
    const auto why = [&](const Labels& labels) { return refusal(x, labels, options, ErrorKind::data); };
    CHECK(contains(why(labels_of({0, 0, 0, 0})), "one class"));
    CHECK(contains(why(labels_of({0, 0, -1, -1})), "one class"));
    CHECK(contains(why(labels_of({1, 1, 1, -1})), "one class"));  // class 0 has a name but no row
    CHECK(contains(why(labels_of({0, 1, 2, 3})), "no class has two rows"));
    CHECK(contains(why(labels_of({0, 1, -1, -1})), "no class has two rows"));
    static_cast<void>(why(labels_of({-1, -1, -1, -1})));
    Labels several = labels_of({0, 1, 2, 2});
    several.sets = {{0, 1}, {1, 2}, {0, 2}};
    CHECK(contains(why(several), "shares a label"));
  }
  CHECK(contains(refusal(x, labels_of({0, 0, 1, 1}), with_strategy("hardest"), ErrorKind::usage), "hard"));
}
