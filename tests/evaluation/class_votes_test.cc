#include "nearfar/evaluation/class_votes.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "nearfar/evaluation/retrieval.h"
#include "nearfar/evaluation/votes.h"
#include "random_rows.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

// The classes of all candidates of a query, in groups of one distance.
std::vector<TiedClasses> naive_groups(const RetrievalTask& task, std::int64_t q, bool one_by_one) {
  std::vector<std::pair<float, std::int64_t>> rows;
  for (std::int64_t g = 0; g < task.gallery.rows; ++g) {
    if (!task.self.empty() && task.self[static_cast<std::size_t>(q)] == g) continue;
    rows.emplace_back(Distance(DistanceKind::euclidean)
                          .between(task.queries.row(q), task.gallery.row(g), task.gallery.cols),
                      g);
  }
  std::sort(rows.begin(), rows.end());
  std::vector<TiedClasses> groups;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (one_by_one || i == 0 || rows[i].first != rows[i - 1].first) groups.emplace_back();
    groups.back().push_back(task.gallery_codes[static_cast<std::size_t>(rows[i].second)]);
  }
  return groups;
}

}  // namespace

TEST_CASE("knn-accuracy: the votes of all candidates, for every policy, k and depth") {
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    const Matrix x = integer_rows(60, 2, seed, seed % 2 == 0 ? 3 : 50);
    std::vector<std::int32_t> codes;
    Random random(seed);
    for (int i = 0; i < 60; ++i) codes.push_back(static_cast<std::int32_t>(random.below(5)) - 1);
    std::vector<std::int64_t> self(60);
    std::iota(self.begin(), self.end(), std::int64_t{0});
    RetrievalTask task{x, codes, x, codes, self};
    if (seed % 3 == 0) task.self = {};
    RetrievalOptions options;
    options.measures =
        parse_measures("knn-accuracy@1,knn-accuracy@2,knn-accuracy@3,mrr,knn-accuracy@10,knn-accuracy@1000");
    for (const TiePolicy ties :
         {TiePolicy::expected, TiePolicy::optimistic, TiePolicy::pessimistic, TiePolicy::index}) {
      for (const std::int64_t depth : {kAllRanks, std::int64_t{4}}) {
        options.ties = ties;
        options.depth = depth;
        const RetrievalResult result = evaluate_retrieval(task, options);
        for (std::int64_t q = 0; q < 60; ++q) {
          const std::int32_t own = codes[static_cast<std::size_t>(q)];
          const std::vector<TiedClasses> groups = naive_groups(task, q, ties == TiePolicy::index);
          for (std::size_t m = 0; m < options.measures.size(); ++m) {
            const Measure& measure = options.measures[m];
            const double value = result.per_query[m][static_cast<std::size_t>(q)];
            if (own < 0) CHECK(std::isnan(value));
            if (own < 0 || measure.info->value != nullptr) continue;
            CHECK(value == majority_is(own, groups, std::min(measure.k, depth), ties));
          }
        }
      }
    }
  }
}

TEST_CASE("knn-accuracy: equal rows give each class its share, in any order of the rows") {
  const Matrix x(9, 2);
  std::vector<std::int64_t> self(9);
  std::iota(self.begin(), self.end(), std::int64_t{0});
  RetrievalOptions options;
  options.measures = parse_measures("knn-accuracy@1,knn-accuracy@3");
  std::vector<std::int32_t> codes = {0, 0, 0, 1, 1, 1, 2, 2, 2};
  const std::vector<double> sorted = evaluate_retrieval({x, codes, x, codes, self}, options).values;
  CHECK(sorted[0] == doctest::Approx(2.0 / 8));
  Random random(2);
  for (int round = 0; round < 5; ++round) {
    random.shuffle(std::span(codes));
    const RetrievalResult result = evaluate_retrieval({x, codes, x, codes, self}, options);
    CHECK(near(result.values[0], sorted[0], 1e-12));
    CHECK(near(result.values[1], sorted[1], 1e-12));
    CHECK(result.tied == 9);
  }
}

TEST_CASE("knn-accuracy: the same bits for 1, 2 and 3 threads; several labels are refused") {
  const Matrix x = integer_rows(900, 2, 6, 9);
  std::vector<std::int32_t> codes;
  for (int i = 0; i < 900; ++i) codes.push_back(i % 7);
  std::vector<std::int64_t> self(900);
  std::iota(self.begin(), self.end(), std::int64_t{0});
  RetrievalOptions options;
  options.measures = parse_measures("knn-accuracy@5");
  std::vector<double> one;
  for (const int count : {1, 2, 3}) {
    const Threads threads(count);
    const RetrievalResult result = evaluate_retrieval({x, codes, x, codes, self}, options);
    if (count == 1) one = result.per_query[0];
    CHECK(result.per_query[0] == one);
  }
  const Labels labels = encode_labels({"a;b", "a", "b"}, {";", {}});
  const Matrix three = integer_rows(3, 1, 1);
  RetrievalTask task{three, labels.codes, three, labels.codes, {}};
  task.labels = &labels;
  const auto error = error_of([&] { (void)evaluate_retrieval(task, options); });
  REQUIRE(error);
  CHECK(error->kind() == ErrorKind::data);
  CHECK(contains(error->message(), "several labels"));
}
