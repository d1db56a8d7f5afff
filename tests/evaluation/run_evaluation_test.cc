#include "nearfar/evaluation/run_evaluation.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "evaluation/naive_measures.h"
#include "random_rows.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

using Judgements = std::vector<std::pair<std::string, std::int32_t>>;
using Retrieved = std::vector<std::pair<std::string, double>>;

/// Judgements and a run, put together by hand.
struct Collection {
  NameTable items;
  Qrels qrels;
  Run run;

  void judge(const std::string& query, const Judgements& judged) {
    (void)qrels.queries.number(query);
    for (const auto& [item, grade] : judged) qrels.judgements.push_back({items.number(item), grade});
    qrels.begin.push_back(std::ssize(qrels.judgements));
  }
  void retrieve(const std::string& query, const Retrieved& rows) {
    (void)run.queries.number(query);
    for (const auto& [item, score] : rows) run.rows.push_back({items.number(item), score});
    run.begin.push_back(std::ssize(run.rows));
  }
  [[nodiscard]] RetrievalResult evaluate(const RetrievalOptions& options) const {
    return evaluate_run(qrels, run, items, options);
  }
};

RetrievalOptions measuring(std::string_view measures, TiePolicy ties = TiePolicy::trec) {
  RetrievalOptions options;
  options.measures = parse_measures(measures);
  options.ties = ties;
  options.no_relevant = NoRelevantPolicy::zero;
  return options;
}

double only(const Collection& collection, std::string_view measure, TiePolicy ties = TiePolicy::trec) {
  return collection.evaluate(measuring(measure, ties)).values[0];
}

// A measure for every order of items that the policy allows.
struct Orders {
  double mean = 0;
  double best = -1;
  double worst = 2;
  double first = 0;  // with items of one score in the order of the rows
};

struct Item {
  double score;
  int grade;  // -1: nobody judged it
  std::string name;
};

Orders over_all_orders(const Measure& measure, std::vector<Item> items, const std::vector<int>& absent,
                       std::int64_t depth, const Grading& grading) {
  Orders orders;
  std::vector<std::size_t> order(items.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  double count = 0;
  do {
    const bool allowed = std::is_sorted(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return items[a].score > items[b].score;
    });
    if (!allowed) continue;
    NaiveRanking query;
    query.absent = absent;
    query.min_grade = grading.min_grade;
    query.exp2 = grading.gain == Gain::exp2;
    for (std::size_t i = 0; i < order.size(); ++i)
      (static_cast<std::int64_t>(i) < depth ? query.ranked : query.cut).push_back(items[order[i]].grade);
    double value = naive_measure(measure.info->name, measure.k, query);
    const bool nothing_relevant = std::isnan(naive_measure("recall@k", 1, query));
    if (std::isnan(value) && (nothing_relevant || measure.info->name != "auc")) value = 0;  // as zero has it
    if (std::isnan(value)) return {value, value, value, value};
    if (count == 0) orders.first = value;
    orders.mean += value;
    orders.best = std::max(orders.best, value);
    orders.worst = std::min(orders.worst, value);
    ++count;
  } while (std::next_permutation(order.begin(), order.end()));
  orders.mean /= count;
  return orders;
}

}  // namespace

TEST_CASE("run: relevance 1 0 1 0 0 of four relevant items, of which two were not retrieved") {
  Collection collection;
  collection.judge("q", {{"a", 1}, {"b", 0}, {"c", 1}, {"x", 1}, {"y", 1}});
  collection.retrieve("q", {{"a", 5}, {"b", 4}, {"c", 3}, {"d", 2}, {"e", 1}});
  const std::map<std::string, double> expected = {
      {"map@r", .4167}, {"map@3", .4167}, {"map-cap@3", .5556},     {"precision@5", .4},
      {"recall@5", .5}, {"hit@5", 1},     {"r-precision", .5},      {"ndcg@5", .5856},
      {"mrr", 1},       {"map", .4167},   {"recall-cap@3", 2. / 3}, {"minp", 0},
      {"judged@5", .6}, {"judged@2", 1},  {"judged@100", .6}};
  for (const auto& one : expected) {
    CAPTURE(one.first);
    CHECK(std::abs(only(collection, one.first) - one.second) < 0.5e-4);
  }
  // Of the four relevant items a comes before b, c after it, and two were not retrieved: (1 + 0)/4.
  CHECK(only(collection, "bpref") == doctest::Approx(.25));
  // a: before b, d, e; c: after b, before d, e; x and y: after all of them.
  CHECK(only(collection, "auc") == doctest::Approx((3 + 2 + 0 + 0) / 12.0));
}

TEST_CASE("run: graded gains, linear and exp2") {
  Collection collection;
  collection.judge("q", {{"a", 1}, {"b", 3}, {"c", 0}, {"z", 2}});
  collection.retrieve("q", {{"a", 5}, {"c", 4}, {"b", 3}});
  const double linear = (1 + 3 / 2.0) / (3 + 2 / std::log2(3.0) + 1 / 2.0);
  const double exp2 = (1 + 7 / 2.0) / (7 + 3 / std::log2(3.0) + 1 / 2.0);
  CHECK(only(collection, "ndcg") == doctest::Approx(linear));
  RetrievalOptions options = measuring("ndcg,ndcg@1,precision@1,map");
  options.grading.gain = Gain::exp2;
  CHECK(collection.evaluate(options).values[0] == doctest::Approx(exp2));
  CHECK(collection.evaluate(options).values[1] == doctest::Approx(1.0 / 7));
  options.grading.min_grade = 2;  // gains do not depend on it
  CHECK(collection.evaluate(options).values[0] == doctest::Approx(exp2));
  CHECK(collection.evaluate(options).values[2] == 0);
  CHECK(collection.evaluate(options).values[3] == doctest::Approx(1.0 / 3 / 2));
}

TEST_CASE("run: equal scores go by id, bytewise descending, whatever the order of the lines") {
  Collection collection;
  collection.judge("q", {{"B", 1}});
  collection.retrieve("q", {{"B", 1}, {"a", 1}, {"b", 1}, {"A", 0.5}});
  CHECK(only(collection, "mrr") == doctest::Approx(1.0 / 3));  // b, a, B
  CHECK(only(collection, "mrr", TiePolicy::index) == 1);
  CHECK(only(collection, "mrr", TiePolicy::optimistic) == 1);
  CHECK(only(collection, "mrr", TiePolicy::pessimistic) == doctest::Approx(1.0 / 3));
  CHECK(only(collection, "mrr", TiePolicy::expected) == doctest::Approx((1 + 1 / 2.0 + 1 / 3.0) / 3));
  CHECK(collection.evaluate(measuring("mrr")).tied == 1);
}

TEST_CASE("run: every measure, policy and depth against brute force over all orders of ties") {
  const std::vector<Measure> measures = every_measure(Needs::judgements);
  Random random(11);
  for (int round = 0; round < 250; ++round) {
    std::vector<Item> items;
    const std::uint64_t count = 1 + random.below(6);
    const std::uint64_t levels = 1 + random.below(3);
    Judgements judged;
    Retrieved rows;
    for (std::uint64_t i = 0; i < count; ++i) {
      const int grade = static_cast<int>(random.below(4)) - 1;
      const std::string name(1, static_cast<char>('a' + i));
      items.push_back({static_cast<double>(random.below(levels)), grade, name});
      rows.emplace_back(name, items.back().score);
      if (grade >= 0) judged.emplace_back(name, grade);
    }
    std::vector<int> absent;
    for (std::uint64_t i = random.below(3); i > 0; --i) {
      absent.push_back(static_cast<int>(random.below(3)));
      judged.emplace_back("absent " + std::to_string(i), absent.back());
    }
    Collection collection;
    collection.judge("q", judged);
    collection.retrieve("q", rows);
    collection.judge("other", {{"a", 1}, {"b", 0}, {"c", 2}});  // every measure is defined for some query
    collection.retrieve("other", {{"a", 1}, {"b", 2}});
    RetrievalOptions options = measuring("mrr");
    options.measures = measures;
    options.grading.min_grade = 1 + static_cast<std::int32_t>(random.below(2));
    options.grading.gain = random.below(2) == 0 ? Gain::linear : Gain::exp2;
    options.depth = round % 2 == 0 ? kAllRanks : 1 + static_cast<std::int64_t>(random.below(5));
    std::vector<Item> by_name = items;
    std::reverse(by_name.begin(), by_name.end());
    for (const TiePolicy ties : {TiePolicy::expected, TiePolicy::optimistic, TiePolicy::pessimistic,
                                 TiePolicy::trec, TiePolicy::index}) {
      options.ties = ties;
      const RetrievalResult result = collection.evaluate(options);
      for (std::size_t m = 0; m < measures.size(); ++m) {
        const bool by_id = ties == TiePolicy::trec;
        const Orders orders =
            over_all_orders(measures[m], by_id ? by_name : items, absent, options.depth, options.grading);
        const double expected = ties == TiePolicy::expected      ? orders.mean
                                : ties == TiePolicy::optimistic  ? orders.best
                                : ties == TiePolicy::pessimistic ? orders.worst
                                                                 : orders.first;
        const std::string name = measures[m].name;
        const std::string policy(tie_policy_name(ties));
        CAPTURE(round);
        CAPTURE(name);
        CAPTURE(policy);
        CHECK(agree(result.per_query[m][0], expected));
      }
    }
  }
}

TEST_CASE("run: the order of the lines never changes an expected value, nor one by id") {
  Random random(5);
  Retrieved rows;
  Judgements judged;
  for (int i = 0; i < 200; ++i) {
    const std::string name = "d" + std::to_string(i);
    rows.emplace_back(name, static_cast<double>(random.below(20)));
    if (i % 3 == 0) judged.emplace_back(name, static_cast<std::int32_t>(random.below(3)));
  }
  for (const TiePolicy ties :
       {TiePolicy::expected, TiePolicy::optimistic, TiePolicy::pessimistic, TiePolicy::trec}) {
    RetrievalOptions options = measuring("mrr", ties);
    options.measures = every_measure(Needs::judgements);
    std::vector<double> before;
    for (int round = 0; round < 4; ++round) {
      Collection collection;
      collection.judge("q", judged);
      collection.retrieve("q", rows);
      const std::vector<double> values = collection.evaluate(options).values;
      if (round == 0) before = values;
      for (std::size_t m = 0; m < values.size(); ++m) CHECK(agree(values[m], before[m]));
      random.shuffle(std::span(rows));
      random.shuffle(std::span(judged));
    }
  }
}

TEST_CASE("run: the expected value is the mean over random orders, in a large group of ties too") {
  // 300 items at three scores; 4,000 orders of the lines under --ties index. The mean of n values in [0, 1]
  // with standard deviation s is within 5 s / sqrt(n) of the expected value but once in two million times.
  Random random(8);
  Retrieved rows;
  Judgements judged;
  for (int i = 0; i < 300; ++i) {
    const std::string name = "d" + std::to_string(i);
    rows.emplace_back(name, static_cast<double>(random.below(3)));
    if (random.below(4) == 0) judged.emplace_back(name, static_cast<std::int32_t>(random.below(4)));
  }
  RetrievalOptions options = measuring("mrr", TiePolicy::expected);
  options.measures = every_measure(Needs::judgements);
  for (const std::int64_t depth : {kAllRanks, std::int64_t{130}}) {
    options.depth = depth;
    options.ties = TiePolicy::expected;
    Collection expected;
    expected.judge("q", judged);
    expected.retrieve("q", rows);
    const std::vector<double> values = expected.evaluate(options).values;
    options.ties = TiePolicy::index;
    constexpr int kOrders = 4000;
    std::vector<double> sums(values.size());
    std::vector<double> squares(values.size());
    for (int round = 0; round < kOrders; ++round) {
      random.shuffle(std::span(rows));
      Collection one;
      one.judge("q", judged);
      one.retrieve("q", rows);
      const std::vector<double> drawn = one.evaluate(options).values;
      for (std::size_t m = 0; m < drawn.size(); ++m) {
        sums[m] += drawn[m];
        squares[m] += drawn[m] * drawn[m];
      }
    }
    for (std::size_t m = 0; m < values.size(); ++m) {
      const double mean = sums[m] / kOrders;
      const double variance = std::max(0.0, squares[m] / kOrders - mean * mean);
      const std::string name = options.measures[m].name;
      CAPTURE(name);
      CHECK(std::abs(mean - values[m]) <= 5 * std::sqrt(variance / kOrders) + 1e-9);
    }
  }
}

TEST_CASE("run: queries that are missing, not judged, or have nothing relevant") {
  Collection collection;
  collection.judge("found", {{"a", 1}});
  collection.judge("missing", {{"a", 1}});
  collection.judge("nothing relevant", {{"a", 0}});
  collection.retrieve("nobody judged", {{"a", 1}});
  collection.retrieve("nothing relevant", {{"a", 1}});
  collection.retrieve("found", {{"a", 1}});
  RetrievalOptions options = measuring("mrr,judged@1,recall@1");
  RetrievalResult result = collection.evaluate(options);
  CHECK(result.queries == 3);
  CHECK(result.missing == 1);
  CHECK(result.skipped == 0);
  CHECK(result.values[0] == doctest::Approx(1.0 / 3));
  CHECK(result.per_query[1] == std::vector<double>{1, 0, 1});  // what is defined is measured
  CHECK(result.per_query[2] == std::vector<double>{1, 0, 0});
  options.missing_queries = MissingQueryPolicy::skip;
  options.no_relevant = NoRelevantPolicy::skip;
  result = collection.evaluate(options);
  CHECK(result.queries == 1);
  CHECK(result.missing == 1);
  CHECK(result.skipped == 1);
  CHECK(result.values == std::vector<double>{1, 1, 1});
  options.missing_queries = MissingQueryPolicy::error;
  const auto error = error_of([&] { (void)collection.evaluate(options); });
  REQUIRE(error);
  CHECK(error->kind() == ErrorKind::data);
  CHECK(contains(error->message(), "'missing'"));
  for (const MissingQueryPolicy policy :
       {MissingQueryPolicy::zero, MissingQueryPolicy::skip, MissingQueryPolicy::error})
    CHECK(parse_missing_queries(missing_queries_name(policy)) == policy);
}

TEST_CASE("run: refused when nothing can be measured") {
  Collection strangers;
  strangers.judge("q", {{"a", 1}});
  strangers.retrieve("p", {{"a", 1}});
  CHECK(kind_of([&] { (void)strangers.evaluate(measuring("mrr")); }) == kData);
  Collection no_relevant;
  no_relevant.judge("q", {{"a", 0}});
  no_relevant.retrieve("q", {{"a", 1}});
  CHECK(kind_of([&] { (void)no_relevant.evaluate(measuring("mrr")); }) == kData);
  Collection no_others;
  no_others.judge("q", {{"a", 1}});
  no_others.retrieve("q", {{"a", 1}});
  const auto error = error_of([&] { (void)no_others.evaluate(measuring("mrr,auc")); });
  REQUIRE(error);
  CHECK(contains(error->message(), "auc"));
  CHECK(no_others.evaluate(measuring("mrr,bpref")).values == std::vector<double>{1, 1});
}

TEST_CASE("run: the same bits for 1, 2 and 3 threads") {
  Random random(6);
  Collection collection;
  for (int q = 0; q < 500; ++q) {
    Judgements judged;
    Retrieved rows;
    for (int i = 0; i < 40; ++i) {
      const std::string name = "d" + std::to_string(random.below(1000000)) + "-" + std::to_string(i);
      rows.emplace_back(name, static_cast<double>(random.below(10)));
      if (i % 4 == 0) judged.emplace_back(name, static_cast<std::int32_t>(random.below(3)));
    }
    collection.judge("q" + std::to_string(q), judged);
    collection.retrieve("q" + std::to_string(q), rows);
  }
  RetrievalOptions options = measuring("mrr", TiePolicy::expected);
  options.measures = every_measure(Needs::judgements);
  std::vector<double> one;
  for (const int count : {1, 2, 3}) {
    const Threads threads(count);
    const std::vector<double> values = collection.evaluate(options).values;
    if (count == 1) one = values;
    CHECK(values == one);
  }
}
