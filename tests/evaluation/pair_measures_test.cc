#include "nearfar/evaluation/pair_measures.h"

#include <doctest/doctest.h>

#include <array>
#include <set>

#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

std::vector<std::string> names(std::string_view list) {
  std::vector<std::string> found;
  for (const PairMeasure& measure : parse_pair_measures(list)) found.push_back(measure.name);
  return found;
}

ScoredTuples of_kind(TupleKind kind) {
  ScoredTuples tuples;
  tuples.kind = kind;
  tuples.distances = {1, 2};
  if (kind == TupleKind::triplets || kind == TupleKind::quadruplets) {
    tuples.far_distances = {2, 1};
  } else {
    tuples.values = {1, 0};
  }
  return tuples;
}

}  // namespace

TEST_CASE("pair measures: every symbol that is explained stands in a definition") {
  std::vector<std::string> definitions;
  for (const PairMeasureInfo& info : pair_measures()) definitions.emplace_back(info.definition);
  for (const Symbol& symbol : pair_measure_symbols()) {
    CAPTURE(symbol.name);
    CHECK(!legend_of(definitions, std::array{symbol}).empty());
  }
}

TEST_CASE("parse_pair_measures: names, a rate, no repeats") {
  CHECK(names("auc, eer,auc") == std::vector<std::string>{"auc", "eer"});
  const std::vector<PairMeasure> tar = parse_pair_measures("tar@far:1e-3");
  REQUIRE(tar.size() == 1);
  CHECK(tar[0].rate == 1e-3);
  CHECK(tar[0].name == "tar@far:1e-3");
  CHECK(tar[0].info->name == "tar@far:X");
  CHECK(names("tar@far:0,tar@far:1") == std::vector<std::string>{"tar@far:0", "tar@far:1"});
}

TEST_CASE("parse_pair_measures: every name of the table is one") {
  std::set<std::string_view> seen;
  for (const PairMeasureInfo& info : pair_measures()) {
    CHECK(seen.insert(info.name).second);
    std::string name(info.name);
    if (info.has_rate) name.back() = '1';
    const std::vector<PairMeasure> parsed = parse_pair_measures(name);
    REQUIRE(parsed.size() == 1);
    CHECK(parsed[0].info == &info);
  }
}

TEST_CASE("parse_pair_measures: anything else is a usage error with a hint") {
  for (const std::string list :
       {"", ",", "auc,", "AUC", "roc", "map@r", "auc:0.1", "f1@2", "tar@far:", "tar@far", "tar@far:x",
        "tar@far:-0.1", "tar@far:1.5", "tar@far:nan", "tar@far:0.1x", "tar@far0.1", "tar@farm:0.1", "tar"}) {
    CAPTURE(list);
    CHECK(kind_of([&] { (void)parse_pair_measures(list); }) == kUsage);
  }
  CHECK(
      contains(error_of([] { (void)parse_pair_measures("acuracy"); })->message(), "did you mean 'accuracy'"));
  CHECK(contains(error_of([] { (void)parse_pair_measures("tar@far"); })->advice(), "tar@far:0.01"));
}

TEST_CASE("default_pair_measures: what the tuples allow") {
  ScoredTuples pairs = of_kind(TupleKind::pairs);
  CHECK(default_pair_measures({pairs, {}}) == "auc,ap,eer,tar@far:0.01");
  const std::vector<std::uint8_t> accepted{1, 0};
  CHECK(default_pair_measures({pairs, accepted}) == "auc,ap,eer,tar@far:0.01,accuracy,f1,mcc");
  pairs.log_odds = {1, -1};
  CHECK(default_pair_measures({pairs, {}}) == "auc,ap,eer,tar@far:0.01,log-loss,brier");
  CHECK(default_pair_measures({of_kind(TupleKind::graded_pairs), {}}) == "spearman,pearson,kendall");
  CHECK(default_pair_measures({of_kind(TupleKind::triplets), {}}) == "triplet-accuracy");
  CHECK(default_pair_measures({of_kind(TupleKind::quadruplets), {}}) == "quadruplet-accuracy");
}

TEST_CASE("check_applies: a measure of another kind of tuples, or without what it needs, is a usage error") {
  const std::vector<std::uint8_t> accepted{1, 0};
  for (const TupleKindInfo& kind : tuple_kinds()) {
    ScoredTuples tuples = of_kind(kind.kind);
    const bool binary = kind.kind == TupleKind::pairs;
    const bool pairs = binary || kind.kind == TupleKind::graded_pairs;
    for (const PairMeasureInfo& info : pair_measures()) {
      std::string name(info.name);
      if (info.has_rate) name.back() = '1';
      CAPTURE(name);
      CAPTURE(kind.name);
      const PairMeasure measure = parse_pair_measures(name)[0];
      const auto refused = [&](const JudgedTuples& judged) {
        return kind_of([&] { check_applies(measure, judged); }) == kUsage;
      };
      const bool of_the_kind = info.need == PairNeed::triplets      ? kind.kind == TupleKind::triplets
                               : info.need == PairNeed::quadruplets ? kind.kind == TupleKind::quadruplets
                               : info.need == PairNeed::similarity || info.need == PairNeed::closeness
                                   ? pairs
                                   : binary;
      CHECK(refused({tuples, {}}) ==
            (!of_the_kind || info.need == PairNeed::decision || info.need == PairNeed::probability));
      tuples.log_odds = {0, 0};
      CHECK(refused({tuples, accepted}) == !of_the_kind);
      tuples.log_odds.clear();
    }
  }
}
