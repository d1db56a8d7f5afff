#include "nearfar/mining/miner.h"

#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <set>
#include <string>

#include "mining/mined.h"
#include "nearfar/core/error.h"
#include "nearfar/network/normalize.h"
#include "oracle.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

bool equal(const MinedTuple& a, const MinedTuple& b) {
  return a.anchor == b.anchor && a.other == b.other && a.negative == b.negative && a.similar == b.similar &&
         same_bits(a.d_ap, b.d_ap) && same_bits(a.d_an, b.d_an);
}

bool equal(const Mined& a, const Mined& b) {
  return a.summary.tuples == b.summary.tuples && a.summary.active == b.summary.active &&
         a.summary.without_tuple == b.summary.without_tuple && a.summary.found == b.summary.found &&
         std::equal(a.tuples.begin(), a.tuples.end(), b.tuples.begin(), b.tuples.end(),
                    [](const MinedTuple& s, const MinedTuple& t) { return equal(s, t); });
}

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
  const Matrix x = random_rows(600, 8, 1);
  const Labels labels = random_labels(600, 40, 2, 17);
  for (const MiningStrategy& strategy : mining_strategies()) {
    for (const TupleKind kind : {TupleKind::triplets, TupleKind::pairs}) {
      for (const std::int64_t max : {0, 500}) {
        MiningOptions options = with_strategy(strategy.name, 3);
        options.kind = kind;
        options.max = max;
        options.margin = 0.3;
        options.distances_wanted = true;
        std::vector<Mined> runs;
        for (const int count : {1, 2, 3}) {
          const Threads use(count);
          runs.push_back(mined(x, labels, options));
        }
        INFO(options.strategy, " max ", max);
        CHECK(equal(runs[0], runs[1]));
        CHECK(equal(runs[0], runs[2]));
        CHECK(runs[0].summary.tuples == static_cast<std::int64_t>(runs[0].tuples.size()));
      }
    }
  }
}

TEST_CASE("mine: rows of unknown class change nothing for the others") {
  const Labels labels = random_labels(50, 4, 3, 4);
  const Matrix x = integer_rows(50, 3, 4);
  Matrix known(0, 3);
  Labels known_labels{{}, labels.names, {}};
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
  const Matrix x = random_rows(6, 2, 5);
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
    const Matrix x = integer_rows(30, 2, seed);
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

TEST_CASE("mine: distances are those of between where known or wanted, else 0; active counts gap < margin") {
  Matrix x = oracle::embeddings();
  normalize_rows(x);
  for (const MiningStrategy& strategy : mining_strategies()) {
    for (const bool wanted : {false, true}) {
      MiningOptions options = with_strategy(strategy.name, 0);
      options.distances_wanted = wanted;
      options.margin = 0.2;
      const Mined run = mined(x, oracle::labels(), options);
      const bool measured = wanted || strategy.needs_distances;
      std::int64_t active = 0;
      bool right = true;
      for (const MinedTuple& t : run.tuples) {
        const auto to = [&](std::int32_t i) {
          return options.distance.between(x.row(t.anchor), x.row(i), x.cols());
        };
        right = right && same_bits(t.d_ap, measured ? to(t.other) : 0.0F);
        right = right && same_bits(t.d_an, measured ? to(t.negative) : 0.0F);
        if (static_cast<double>(t.d_ap) - static_cast<double>(t.d_an) + 0.2 > 0) ++active;
      }
      INFO(options.strategy, " wanted ", wanted);
      CHECK(right);
      CHECK(run.summary.active == (measured ? active : -1));
    }
  }
  MiningOptions options = with_strategy("all");
  options.distances_wanted = true;
  options.margin = 0.2;
  CHECK(mined(x, oracle::labels(), options).summary.active == oracle::kGapAtMost02);
  options.margin = 0;
  CHECK(mined(x, oracle::labels(), options).summary.active == oracle::kGapAtMost0);
}

TEST_CASE("mine: as pairs, each pair of the triplets once, with its flag and its distance") {
  const Labels labels = random_labels(40, 5, 7, 11);
  const Matrix x = random_rows(40, 3, 8);
  for (const MiningStrategy& strategy : mining_strategies()) {
    MiningOptions options = with_strategy(strategy.name, 2);
    options.distances_wanted = true;
    std::set<std::pair<std::int32_t, std::int32_t>> expected;
    for (const Triplet& t : mined(x, labels, options).triplets()) {
      expected.insert(std::minmax(t.anchor, t.positive));
      expected.insert(std::minmax(t.anchor, t.negative));
    }
    options.kind = TupleKind::pairs;
    const Mined run = mined(x, labels, options);
    std::set<std::pair<std::int32_t, std::int32_t>> got;
    bool right = true;
    for (const MinedTuple& t : run.tuples) {
      right = right && got.insert(std::minmax(t.anchor, t.other)).second && t.negative == -1 && t.d_an == 0;
      right = right && t.similar == (labels.codes[static_cast<std::size_t>(t.anchor)] ==
                                     labels.codes[static_cast<std::size_t>(t.other)]);
      right = right && same_bits(t.d_ap, options.distance.between(x.row(t.anchor), x.row(t.other), 3));
    }
    INFO(options.strategy);
    CHECK(right);
    CHECK(got == expected);
    CHECK(run.summary.tuples == static_cast<std::int64_t>(expected.size()));
  }
}

TEST_CASE("mine: max keeps that many, in order, every tuple equally often") {
  const Labels labels = labels_of({0, 1, 0, 1, 2});  // 4 anchors with 3 triplets each
  const Matrix x(5, 1);
  constexpr int kSeeds = 3000;
  for (const TupleKind kind : {TupleKind::triplets, TupleKind::pairs}) {
    MiningOptions options = with_strategy("all");
    options.kind = kind;
    const std::size_t total = mined(x, labels, options).tuples.size();
    CHECK(total == (kind == TupleKind::triplets ? 12 : 10));
    options.max = 4;
    std::map<Triplet, int> kept;
    bool ordered = true;
    for (int seed = 0; seed < kSeeds; ++seed) {
      options.seed = static_cast<std::uint64_t>(seed);
      const Mined run = mined(x, labels, options);
      REQUIRE(run.tuples.size() == 4);
      CHECK(run.summary.tuples == 4);
      CHECK(run.summary.found == 12);
      for (const Triplet& t : run.triplets()) ++kept[t];
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

TEST_CASE("mine: progress goes up to the number of rows and changes nothing") {
  const Labels labels = random_labels(700, 3, 1);
  const Matrix x = random_rows(700, 2, 2);
  MiningOptions options = with_strategy("hard");
  const Mined quiet = mined(x, labels, options);
  std::vector<std::int64_t> done;
  options.progress = [&](std::int64_t now, std::int64_t of) {
    CHECK(of == 700);
    done.push_back(now);
  };
  CHECK(equal(mined(x, labels, options), quiet));
  REQUIRE(done.size() > 1);
  CHECK(std::is_sorted(done.begin(), done.end()));
  CHECK(done.back() == 700);
}

TEST_CASE("mine: labels that give no triplet are refused, and the message says why") {
  const Matrix x = random_rows(4, 2, 1);
  for (const MiningStrategy& strategy : mining_strategies()) {
    const MiningOptions options = with_strategy(strategy.name);
    const auto why = [&](const Labels& labels) { return refusal(x, labels, options, ErrorKind::data); };
    CHECK(contains(why(labels_of({0, 0, 0, 0})), "one class"));
    CHECK(contains(why(labels_of({0, 0, -1, -1})), "one class"));
    CHECK(contains(why(labels_of({1, 1, 1, -1})), "one class"));  // class 0 has a name but no row
    CHECK(contains(why(labels_of({0, 1, 2, 3})), "no class has two rows"));
    CHECK(contains(why(labels_of({0, 1, -1, -1})), "no class has two rows"));
    static_cast<void>(why(labels_of({-1, -1, -1, -1})));
  }
  CHECK(contains(refusal(x, labels_of({0, 0, 1, 1}), with_strategy("hardest"), ErrorKind::usage), "hard"));
}
