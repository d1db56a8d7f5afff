// Retrieval of rows by judgements: the same as judging the run that the rows make.
#include <doctest/doctest.h>

#include <numeric>

#include "evaluation/naive_measures.h"
#include "nearfar/evaluation/retrieval.h"
#include "nearfar/evaluation/run_evaluation.h"
#include "random_rows.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

constexpr TiePolicy kEveryPolicy[] = {TiePolicy::expected, TiePolicy::optimistic, TiePolicy::pessimistic,
                                      TiePolicy::trec, TiePolicy::index};

/// A query file, a gallery and judgements, drawn by seed.
struct Drawn {
  Matrix queries;
  Matrix gallery;
  std::vector<std::string> query_ids;
  std::vector<std::string> gallery_ids;
  std::vector<std::int64_t> self;
  std::vector<std::int32_t> query_groups;
  std::vector<std::int32_t> gallery_groups;
  NameTable items;
  Qrels qrels;
  PlacedJudgements placed;

  explicit Drawn(std::uint64_t seed)
      : queries(integer_rows(12, 2, seed, 4)), gallery(integer_rows(30, 2, seed + 1000, 4)) {
    Random random(seed);
    for (int q = 0; q < 12; ++q) query_ids.push_back("q" + std::to_string(q));
    for (int g = 0; g < 30; ++g) gallery_ids.push_back("g" + std::to_string(g));
    for (int q = 0; q < 14; ++q) {  // the last two are not among the rows
      (void)qrels.queries.number("q" + std::to_string(q == 3 ? 99 : q));  // nor is q99, and q3 is not judged
      for (int g = 0; g < 33; ++g) {  // the last three are not in the gallery
        if (random.below(3) == 0)
          qrels.judgements.push_back(
              {items.number("g" + std::to_string(g)), static_cast<std::int32_t>(random.below(4))});
      }
      qrels.begin.push_back(std::ssize(qrels.judgements));
    }
    if (seed % 2 == 0) {
      for (int q = 0; q < 12; ++q) {
        self.push_back(static_cast<std::int64_t>(random.below(31)) - 1);
        query_groups.push_back(static_cast<std::int32_t>(random.below(3)));
      }
      for (int g = 0; g < 30; ++g) gallery_groups.push_back(static_cast<std::int32_t>(random.below(5)));
    }
    placed = place_judgements(qrels, items, query_ids, gallery_ids);
  }

  [[nodiscard]] bool allowed(std::size_t q, std::size_t g) const {
    return self.empty() || (self[q] != static_cast<std::int64_t>(g) && query_groups[q] != gallery_groups[g]);
  }

  [[nodiscard]] RetrievalTask task() const {
    RetrievalTask task{queries, {}, gallery, {}, self};
    task.query_groups = query_groups;
    task.gallery_groups = gallery_groups;
    task.judgements = &placed.queries;
    task.missing = placed.missing;
    task.gallery_ids = gallery_ids;
    return task;
  }

  // What the rows retrieve, and the judgements without those on items that are left out.
  [[nodiscard]] RetrievalResult by_run(const RetrievalOptions& options) {
    Run run;
    Qrels kept;
    for (std::size_t q = 0; q < query_ids.size(); ++q) {
      (void)run.queries.number(query_ids[q]);
      for (std::size_t g = 0; g < gallery_ids.size(); ++g) {
        if (!allowed(q, g)) continue;
        const float distance = options.distance.between(queries.row(static_cast<std::int64_t>(q)),
                                                        gallery.row(static_cast<std::int64_t>(g)), 2);
        run.rows.push_back({items.number(gallery_ids[g]), -static_cast<double>(distance)});
      }
      run.begin.push_back(std::ssize(run.rows));
    }
    for (std::int32_t judged = 0; judged < qrels.queries.size(); ++judged) {
      const std::string query(qrels.queries.name(judged));
      (void)kept.queries.number(query);
      const auto q = std::find(query_ids.begin(), query_ids.end(), query) - query_ids.begin();
      for (const Qrels::Judgement& judgement : qrels.of(judged)) {
        const auto g = std::find(gallery_ids.begin(), gallery_ids.end(), items.name(judgement.item)) -
                       gallery_ids.begin();
        const bool here = q < std::ssize(query_ids) && g < std::ssize(gallery_ids);
        if (!here || allowed(static_cast<std::size_t>(q), static_cast<std::size_t>(g)))
          kept.judgements.push_back(judgement);
      }
      kept.begin.push_back(std::ssize(kept.judgements));
    }
    return evaluate_run(kept, run, items, options);
  }
};

RetrievalOptions every_judged_measure() {
  RetrievalOptions options;
  options.measures = every_measure(Needs::judgements);
  options.no_relevant = NoRelevantPolicy::zero;
  return options;
}

}  // namespace

TEST_CASE("retrieval by judgements: every measure and policy as of the run that the rows make") {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    Drawn drawn(seed);
    RetrievalOptions options = every_judged_measure();
    options.grading.min_grade = 1 + static_cast<std::int32_t>(seed % 3);
    options.depth = seed % 3 == 0 ? 7 : kAllRanks;
    for (const TiePolicy ties : kEveryPolicy) {
      options.ties = ties;
      const RetrievalResult rows = evaluate_retrieval(drawn.task(), options);
      const RetrievalResult run = drawn.by_run(options);
      CHECK(rows.queries == 14);
      CHECK(run.queries == 14);
      CHECK(rows.missing == 3);
      CHECK(run.missing == 3);
      CHECK(rows.tied == run.tied);
      CHECK(rows.gallery == 30);
      for (std::size_t m = 0; m < options.measures.size(); ++m) {
        const std::string name = options.measures[m].name;
        const std::string policy(tie_policy_name(ties));
        CAPTURE(seed);
        CAPTURE(name);
        CAPTURE(policy);
        CHECK(near(rows.values[m], run.values[m], 1e-12));
        for (std::int32_t judged = 0; judged < drawn.qrels.queries.size(); ++judged) {
          const std::string_view query = drawn.qrels.queries.name(judged);
          const auto q = std::find(drawn.query_ids.begin(), drawn.query_ids.end(), query);
          if (q == drawn.query_ids.end()) continue;
          CHECK(agree(rows.per_query[m][static_cast<std::size_t>(q - drawn.query_ids.begin())],
                      run.per_query[m][static_cast<std::size_t>(judged)]));
        }
        CHECK(std::isnan(rows.per_query[m][3]));  // nobody judged it
        CHECK(rows.per_query[m].size() == 15);
        CHECK(rows.per_query[m][14] == 0);  // one that is missing
      }
    }
  }
}

TEST_CASE("retrieval by judgements: grades of 1 and 0 for all rows are as good as two classes") {
  const Matrix x = integer_rows(40, 2, 3, 5);
  std::vector<std::int32_t> codes;
  std::vector<std::int64_t> self(40);
  std::iota(self.begin(), self.end(), std::int64_t{0});
  for (int i = 0; i < 40; ++i) codes.push_back(i % 3);
  std::vector<JudgedRows> judged(40);
  for (std::size_t q = 0; q < 40; ++q) {
    judged[q].known = true;
    for (std::int32_t g = 0; g < 40; ++g)
      judged[q].rows.push_back({g, codes[static_cast<std::size_t>(g)] == codes[q] ? 1 : 0});
  }
  RetrievalTask by_class{x, codes, x, codes, self};
  RetrievalTask by_judgement{x, {}, x, {}, self};
  by_judgement.judgements = &judged;
  RetrievalOptions options;
  options.measures = every_measure();
  for (const TiePolicy ties :
       {TiePolicy::expected, TiePolicy::optimistic, TiePolicy::pessimistic, TiePolicy::index}) {
    options.ties = ties;
    for (const std::int64_t depth : {kAllRanks, std::int64_t{9}}) {
      options.depth = depth;
      const RetrievalResult one = evaluate_retrieval(by_class, options);
      const RetrievalResult other = evaluate_retrieval(by_judgement, options);
      CHECK(one.tied == other.tied);
      for (std::size_t m = 0; m < options.measures.size(); ++m) {
        const std::string name = options.measures[m].name;
        CAPTURE(name);
        CHECK(near(one.values[m], other.values[m], 1e-12));
      }
    }
  }
}

TEST_CASE(
    "retrieval by judgements: a query whose judged items are all elsewhere, and one judged query missing") {
  const Matrix x = integer_rows(4, 1, 1, 9);
  std::vector<JudgedRows> judged(4);
  judged[0] = {true, {}, {1, 1}};
  judged[1] = {true, {{2, 1}}, {}};
  const std::vector<std::string_view> missing = {"lost"};
  RetrievalTask task{x, {}, x, {}, {}};
  task.judgements = &judged;
  task.missing = missing;
  RetrievalOptions options;
  options.measures = parse_measures("recall@4,judged@4");
  options.no_relevant = NoRelevantPolicy::zero;
  RetrievalResult result = evaluate_retrieval(task, options);
  CHECK(result.queries == 3);
  CHECK(result.per_query[0][0] == 0);
  CHECK(result.per_query[0][1] == 1);
  CHECK(result.per_query[1][1] == 0.25);
  CHECK(result.values[0] == doctest::Approx(1.0 / 3));
  options.missing_queries = MissingQueryPolicy::skip;
  result = evaluate_retrieval(task, options);
  CHECK(result.queries == 2);
  CHECK(result.missing == 1);
  CHECK(std::isnan(result.per_query[0][4]));
  options.missing_queries = MissingQueryPolicy::error;
  CHECK(kind_of([&] { (void)evaluate_retrieval(task, options); }) == kData);
}
