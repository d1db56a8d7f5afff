#include "nearfar/evaluation/measures.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "evaluation/naive_measures.h"
#include "random_rows.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

bool same(double a, double b) { return agree(a, b); }

std::optional<Error> refusal(std::string_view name) {
  return error_of([&] { (void)parse_measure(name); });
}

}  // namespace

TEST_CASE("measures: every letter of a definition is explained, and no other") {
  std::vector<std::string> definitions;
  for (const MeasureInfo& info : measure_table()) definitions.emplace_back(info.definition);
  for (const Symbol& symbol : measure_symbols()) {
    CAPTURE(symbol.name);
    CHECK(!legend_of(definitions, std::array{symbol}).empty());
  }
  // Capital letters, and what has an index; k and i are numbers of a rank.
  for (const std::string& definition : definitions) {
    std::string word;
    for (const char c : definition + " ") {
      if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_') {
        word += c;
        continue;
      }
      const bool letter =
          word.find('_') != std::string::npos ||
          (word.size() == 1 && (word == "h" || std::isupper(static_cast<unsigned char>(word[0])) != 0));
      CAPTURE(word);
      if (letter) {
        CHECK(std::any_of(measure_symbols().begin(), measure_symbols().end(),
                          [&](const Symbol& symbol) { return symbol.name == word; }));
      }
      word.clear();
    }
  }
}

TEST_CASE("measures: relevance 1 0 1 0 0 with four relevant items in all") {
  const NaiveQuery query = in_order({1, 0, 1, 0, 0, 1, 1});
  CHECK(measured("map@r", query) == doctest::Approx(.4167).epsilon(1e-4));
  CHECK(measured("precision@5", query) == doctest::Approx(.4));
  CHECK(measured("hit@5", query) == 1);
  CHECK(measured("r-precision", query) == doctest::Approx(.5));
  CHECK(measured("mrr", query) == 1);
  CHECK(measured("precision@1", query) == 1);
  CHECK(measured("precision@2", query) == doctest::Approx(.5));
  CHECK(measured("precision@100", query) == doctest::Approx(.04));
  CHECK(measured("map@3", query) == doctest::Approx(.4167).epsilon(1e-4));
  CHECK(measured("map-cap@3", query) == doctest::Approx(.5556).epsilon(1e-4));
  CHECK(measured("recall@5", query) == doctest::Approx(.5));
  CHECK(measured("recall-cap@3", query) == doctest::Approx(2.0 / 3));
  CHECK(measured("ndcg@5", query) == doctest::Approx(.5856).epsilon(1e-4));
  CHECK(measured("minp", query) == doctest::Approx(4.0 / 7));
  CHECK(measured("auc", query) == doctest::Approx((3 + 2 + 0 + 0) / 12.0));
}

TEST_CASE("measures: six queries by the labels of their neighbours") {
  const int labels[] = {1, 1, 2, 3, 4, 0};
  const int neighbors[6][5] = {{0, 1, 1, 2, 2}, {1, 0, 1, 1, 3}, {4, 4, 4, 4, 2},
                               {3, 1, 3, 1, 3}, {0, 0, 4, 2, 2}, {1, 2, 3, 4, 5}};
  const int relevant[] = {2, 3, 5, 4, 5};  // of class 0, 1, ...
  double precision = 0;
  double r_precision = 0;
  double map_at_r = 0;
  double reciprocal = 0;
  for (std::size_t q = 0; q < 6; ++q) {
    std::vector<int> relevance;
    int missing = relevant[labels[q]];
    if (q < 2) missing = 3;
    for (const int neighbor : neighbors[q]) {
      relevance.push_back(neighbor == labels[q] ? 1 : 0);
      missing -= relevance.back();
    }
    REQUIRE(missing >= 0);
    // Those that are not among the five come after a hundred thousand others: 1 / rank is as good as 0.
    relevance.insert(relevance.end(), 100000, 0);
    relevance.insert(relevance.end(), static_cast<std::size_t>(missing), 1);
    const NaiveQuery query = in_order(relevance);
    precision += measured("precision@1", query) / 6;
    r_precision += measured("r-precision", query) / 6;
    map_at_r += measured("map@r", query) / 6;
    reciprocal += measured("mrr", query) / 6;
  }
  CHECK(precision == doctest::Approx(2.0 / 6));
  CHECK(r_precision == doctest::Approx((2.0 / 3 + 2.0 / 3 + 1.0 / 5 + 2.0 / 4 + 1.0 / 5 + 0) / 6));
  CHECK(map_at_r == doctest::Approx(((1.0 / 2 + 2.0 / 3) / 3 + (1 + 2.0 / 3) / 3 + (1.0 / 5) / 5 +
                                     (1 + 2.0 / 3) / 4 + (1.0 / 3) / 5 + 0) /
                                    6));
  CHECK(reciprocal == doctest::Approx((1.0 / 2 + 1 + 1.0 / 5 + 1 + 1.0 / 3 + 0) / 6).epsilon(1e-5));
}

TEST_CASE("measures: without ties every measure is its definition, for every order of a small gallery") {
  for (const Measure& measure : every_measure()) {
    CAPTURE(measure.name);
    for (unsigned bits = 1; bits < 256; ++bits) {  // every relevance of eight items but none
      std::vector<int> relevance;
      for (unsigned i = 0; i < 8; ++i) relevance.push_back((bits >> i) & 1U ? 1 : 0);
      const double expected = naive_measure(measure.info->name, measure.k, relevance);
      for (const TiePolicy ties :
           {TiePolicy::expected, TiePolicy::optimistic, TiePolicy::pessimistic, TiePolicy::index}) {
        CHECK(same(measured(measure, in_order(relevance), ties), expected));
      }
    }
  }
}

TEST_CASE(
    "measures: expected is the mean over all orders of tied items, optimistic the best, pessimistic the "
    "worst") {
  Random random(1);
  const std::vector<Measure> measures = every_measure();
  for (int round = 0; round < 150; ++round) {
    NaiveQuery query;
    const std::uint64_t items = 1 + random.below(7);
    const std::uint64_t levels = 1 + random.below(4);
    for (std::uint64_t i = 0; i < items; ++i) {
      query.distances.push_back(static_cast<float>(random.below(levels)) - 1);
      query.flags.push_back(
          static_cast<std::int8_t>(static_cast<int>(random.below(3)) - (round % 3 == 0 ? 1 : 0)));
      query.flags.back() = std::min<std::int8_t>(query.flags.back(), 1);
    }
    if (std::count(query.flags.begin(), query.flags.end(), std::int8_t{1}) == 0) continue;
    for (const Measure& measure : measures) {
      CAPTURE(measure.name);
      const NaiveTies naive = naive_ties(measure, query);
      CHECK(same(measured(measure, query, TiePolicy::expected), naive.mean));
      CHECK(same(measured(measure, query, TiePolicy::optimistic), naive.best));
      CHECK(same(measured(measure, query, TiePolicy::pessimistic), naive.worst));
      CHECK(same(measured(measure, query, TiePolicy::index), naive.by_index));
    }
  }
}

TEST_CASE("measures: in a large group of ties the chances stay exact") {
  // 1000 items at one distance, 10 of them relevant.
  NaiveQuery query{std::vector<float>(1000, 2), std::vector<std::int8_t>(1000, 0)};
  for (std::size_t i = 0; i < 10; ++i) query.flags[i * 97] = 1;
  CHECK(same(measured("precision@1", query), 0.01));
  CHECK(same(measured("precision@50", query), 0.01));
  CHECK(same(measured("r-precision", query), 0.01));
  double none = 1;
  for (int i = 0; i < 50; ++i) none *= (990.0 - i) / (1000.0 - i);
  CHECK(same(measured("hit@50", query), 1 - none));
  CHECK(measured("hit@991", query) == 1);
  double reciprocal = 0;
  double chance = 1;  // that no hit came before
  for (int j = 1; j <= 991; ++j) {
    const double hit = 10.0 / (1000 - (j - 1));
    reciprocal += chance * hit / j;
    chance *= 1 - hit;
  }
  CHECK(near(measured("mrr", query), reciprocal, 1e-9));
}

TEST_CASE("measures: every measure is between 0 and 1, and 1 when all relevant items come first") {
  for (const Measure& measure : every_measure()) {
    CAPTURE(measure.name);
    CHECK(!measure.info->definition.empty());
    const double best = measured(measure, in_order({1, 1, 1, 0, 0, 0}));
    CHECK(best <= 1);
    const bool of_all = measure.info->name == "recall@k" || measure.info->name == "map@k";  // divided by R
    if (measure.k <= 3) CHECK(best == doctest::Approx(of_all ? static_cast<double>(measure.k) / 3 : 1));
    CHECK(measured(measure, in_order({0, 0, 0, 0, 0, 1})) >= 0);
  }
}

TEST_CASE("parse_measure: names and cut-offs") {
  CHECK(parse_measure("hit@5").k == 5);
  CHECK(parse_measure("hit@5").name == "hit@5");
  CHECK(parse_measure("precision@0010").name == "precision@10");
  CHECK(parse_measure("map@r").info->name == "map@r");
  CHECK(parse_measure("hit@9223372036854775807").k == 9223372036854775807);
  for (const std::string name :
       {"hit@0", "hit@-1", "hit@x", "hit@", "hit@1.5", "hit@k", "hit@99999999999999999999", "hit@1@2"}) {
    CAPTURE(name);
    const auto error = refusal(name);
    REQUIRE(error);
    CHECK(error->kind() == ErrorKind::usage);
    CHECK(contains(error->what(), "hit@5"));
  }
  for (const std::string name :
       {"", "hit", "precision", "r-precision@2", "minp@3", "auc@5", "bpref@5", "judged", "accuracy"}) {
    CAPTURE(name);
    const auto error = refusal(name);
    REQUIRE(error);
    CHECK(error->kind() == ErrorKind::usage);
  }
  CHECK(contains(refusal("prescision@5")->what(), "precision@k"));
  CHECK(contains(refusal("mrrr")->what(), "did you mean 'mrr'"));
}

TEST_CASE("parse_measure: R@k and recall are told both of their meanings") {
  for (const std::string name : {"R@5", "r@5", "recall", "Recall@5"}) {
    const auto error = refusal(name);
    REQUIRE(error);
    CHECK(error->kind() == ErrorKind::usage);
    CHECK(contains(error->message(), "hit@"));
    CHECK(contains(error->message(), "recall@"));
  }
}

TEST_CASE("parse_measure: a name that other tools use is told what it is called here") {
  const std::vector<std::pair<std::string, std::string>> names = {
      {"P@10", "precision@10"}, {"P_10", "precision@10"},
      {"MAP@R", "map@r"},       {"mAP", "map"},
      {"MRR@10", "mrr@10"},     {"recip_rank", "mrr"},
      {"nDCG", "ndcg"},         {"ndcg_cut_10", "ndcg@10"},
      {"success@1", "hit@1"},   {"map_cut.5", "map@5"},
      {"RP", "r-precision"},    {"RR@10", "mrr@10"},
      {"CMC@1", "hit@1"},       {"accuracy@5", "knn-accuracy@5"}};
  for (const auto& name : names) {
    CAPTURE(name.first);
    const auto error = refusal(name.first);
    REQUIRE(error);
    CHECK(contains(error->what(), "did you mean '" + name.second + "'"));
  }
}

TEST_CASE("parse_measures: a list in its order, without repeats") {
  std::string names;
  for (const Measure& measure : parse_measures("mrr, hit@2,precision@1 ,hit@2,hit@02"))
    names += measure.name + " ";
  CHECK(names == "mrr hit@2 precision@1 ");
  CHECK(parse_measures(kDefaultMeasures).size() == 7);
  CHECK(kind_of([] { (void)parse_measures(""); }) == kUsage);
  CHECK(kind_of([] { (void)parse_measures("mrr,,hit@1"); }) == kUsage);
}
