#include "nearfar/evaluation/retrieval.h"

#include <doctest/doctest.h>

#include <cmath>
#include <numeric>

#include "data/several_labels.h"
#include "evaluation/naive_measures.h"
#include "evaluation/oracle_rows.h"
#include "random_rows.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

using Codes = std::vector<std::int32_t>;

RetrievalOptions measuring(std::string_view measures, TiePolicy ties = TiePolicy::expected,
                           NoRelevantPolicy no_relevant = NoRelevantPolicy::skip) {
  RetrievalOptions options;
  options.measures = parse_measures(measures);
  options.ties = ties;
  options.no_relevant = no_relevant;
  return options;
}

std::vector<std::int64_t> up_to(std::int64_t count) {
  std::vector<std::int64_t> numbers(static_cast<std::size_t>(count));
  std::iota(numbers.begin(), numbers.end(), std::int64_t{0});
  return numbers;
}

RetrievalResult leave_one_out(const Matrix& x, const Codes& codes, const RetrievalOptions& options) {
  const std::vector<std::int64_t> self = up_to(x.rows());
  return evaluate_retrieval({x, codes, x, codes, self}, options);
}

RetrievalResult against(const Matrix& queries, const Codes& query_codes, const Matrix& gallery,
                        const Codes& gallery_codes, const RetrievalOptions& options,
                        const std::vector<std::int64_t>& self = {}) {
  return evaluate_retrieval({queries, query_codes, gallery, gallery_codes, self}, options);
}

// Numbers on a line.
Matrix line(const std::vector<float>& numbers) {
  Matrix x(static_cast<std::int64_t>(numbers.size()), 1);
  std::copy(numbers.begin(), numbers.end(), x.data());
  return x;
}

Codes random_codes(std::int64_t rows, std::uint64_t classes, std::uint64_t seed) {
  Random random(seed);
  Codes codes;
  for (std::int64_t i = 0; i < rows; ++i)
    codes.push_back(static_cast<std::int32_t>(random.below(classes + 1)) - 1);
  return codes;
}

// Query q of the task as the naive measures want it. Whole numbers as coordinates: floats are exact.
NaiveQuery naive_query(const Matrix& queries, const Codes& codes, const Matrix& gallery,
                       const Codes& gallery_codes, std::int64_t q, std::int64_t self) {
  NaiveQuery query;
  for (std::int64_t g = 0; g < gallery.rows(); ++g) {
    double squares = 0;
    for (std::int64_t k = 0; k < gallery.cols(); ++k) {
      const double delta = static_cast<double>(queries(q, k)) - static_cast<double>(gallery(g, k));
      squares += delta * delta;
    }
    query.distances.push_back(static_cast<float>(squares));
    const bool same = gallery_codes[static_cast<std::size_t>(g)] == codes[static_cast<std::size_t>(q)];
    query.flags.push_back(g == self ? std::int8_t{-1} : std::int8_t{same});
  }
  return query;
}

}  // namespace

TEST_CASE("retrieval: the oracle's 200 rows, leave-one-out") {
  const RetrievalResult result = leave_one_out(oracle::retrieval_rows(), oracle::kRetrievalCodes,
                                               measuring("precision@1,r-precision,map@r,mrr,hit@1,map"));
  CHECK(result.values[0] == doctest::Approx(oracle::kPrecisionAt1).epsilon(1e-12));
  CHECK(result.values[1] == doctest::Approx(oracle::kRPrecision).epsilon(1e-12));
  CHECK(result.values[2] == doctest::Approx(oracle::kMapAtR).epsilon(1e-12));
  CHECK(result.values[3] == doctest::Approx(oracle::kMrr).epsilon(1e-12));
  CHECK(result.values[4] == result.values[0]);
  CHECK(result.values[5] == doctest::Approx(oracle::kMap).epsilon(1e-12));
  CHECK(result.queries == 200);
  CHECK(result.gallery == 200);
  CHECK(result.skipped == 0);
  CHECK(result.tied == 0);
}

TEST_CASE("retrieval: every measure and policy against brute force over all orders of ties") {
  const std::vector<Measure> measures = every_measure();
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    const bool own = seed % 2 == 0;  // leave-one-out, or another gallery
    const Matrix queries = integer_rows(7, 2, seed, 3);
    const Codes codes = random_codes(7, 2, seed + 100);
    const Matrix gallery = own ? queries : integer_rows(6, 2, seed + 50, 3);
    const Codes gallery_codes = own ? codes : random_codes(6, 2, seed + 200);
    const std::vector<std::int64_t> self = own ? up_to(7) : std::vector<std::int64_t>();
    for (const TiePolicy policy :
         {TiePolicy::expected, TiePolicy::optimistic, TiePolicy::pessimistic, TiePolicy::index}) {
      RetrievalOptions options = measuring("mrr", policy);
      options.measures = measures;
      RetrievalResult result;
      if (kind_of([&] { result = against(queries, codes, gallery, gallery_codes, options, self); }) != 0)
        continue;
      std::vector<double> sums(measures.size());
      std::vector<double> defined(measures.size());
      std::int64_t counted = 0;
      std::int64_t skipped = 0;
      for (std::size_t q = 0; q < 7; ++q) {
        const auto row = static_cast<std::int64_t>(q);
        const NaiveQuery query = naive_query(queries, codes, gallery, gallery_codes, row, own ? row : -1);
        const bool alone = std::count(query.flags.begin(), query.flags.end(), std::int8_t{1}) == 0;
        if (codes[q] < 0 || alone) {
          if (codes[q] >= 0) ++skipped;
          for (const std::vector<double>& values : result.per_query) CHECK(std::isnan(values[q]));
          continue;
        }
        ++counted;
        for (std::size_t m = 0; m < measures.size(); ++m) {
          const NaiveTies naive = naive_ties(measures[m], query);
          const double expected = policy == TiePolicy::expected      ? naive.mean
                                  : policy == TiePolicy::optimistic  ? naive.best
                                  : policy == TiePolicy::pessimistic ? naive.worst
                                                                     : naive.by_index;
          CHECK(agree(result.per_query[m][q], expected));
          if (std::isnan(expected)) continue;
          sums[m] += expected;
          ++defined[m];
        }
      }
      CHECK(result.queries == counted);
      CHECK(result.skipped == skipped);
      for (std::size_t m = 0; m < measures.size(); ++m) {
        CHECK(agree(result.values[m], sums[m] / defined[m]));
      }
    }
  }
}

TEST_CASE("retrieval: equal embeddings give the base rate, in any order of the rows") {
  const Matrix x(20, 3);
  const Codes sorted = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1};
  Codes mixed = sorted;
  Random random(5);
  random.shuffle(std::span(mixed));
  const double base =
      (15 * 14.0 / 19 + 5 * 4.0 / 19) / 20;  // chance that another row is of the query's class
  for (const Codes& codes : {sorted, mixed}) {
    const RetrievalResult result =
        leave_one_out(x, codes, measuring("precision@1,precision@7,r-precision,hit@1"));
    for (const double value : result.values) CHECK(value == doctest::Approx(base).epsilon(1e-12));
    CHECK(result.tied == 20);
  }
  CHECK(leave_one_out(x, mixed, measuring("map@r", TiePolicy::optimistic)).values[0] == 1);
  CHECK(leave_one_out(x, mixed, measuring("hit@4", TiePolicy::pessimistic)).values[0] == 0);
}

TEST_CASE("retrieval: the order of the rows never changes an expected value") {
  const Matrix x = integer_rows(60, 2, 3, 4);
  const Codes codes = random_codes(60, 4, 4);
  RetrievalOptions options = measuring("mrr");
  options.measures = every_measure();
  const RetrievalResult before = leave_one_out(x, codes, options);
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    std::vector<std::int64_t> order = up_to(60);
    Random random(seed);
    random.shuffle(std::span(order));
    Matrix moved;
    Codes moved_codes;
    for (const std::int64_t row : order) {
      moved.append(x.view().slice(row, row + 1));
      moved_codes.push_back(codes[static_cast<std::size_t>(row)]);
    }
    const RetrievalResult after = leave_one_out(moved, moved_codes, options);
    for (std::size_t m = 0; m < options.measures.size(); ++m) {
      CHECK(agree(after.values[m], before.values[m]));
      for (std::size_t i = 0; i < 60; ++i) {
        const double was = before.per_query[m][static_cast<std::size_t>(order[i])];
        CHECK((after.per_query[m][i] == was || (std::isnan(after.per_query[m][i]) && std::isnan(was))));
      }
    }
    CHECK(after.tied == before.tied);
    CHECK(after.queries == before.queries);
  }
}

TEST_CASE("retrieval: the same bits for 1, 2 and 3 threads") {
  const Matrix x = integer_rows(2500, 3, 6, 9);  // more queries than one report of progress
  const Codes codes = random_codes(2500, 30, 7);
  const auto run = [&](int count) {
    const Threads threads(count);
    return leave_one_out(x, codes, measuring(kDefaultMeasures));
  };
  const RetrievalResult one = run(1);
  for (const int count : {2, 3}) {
    const RetrievalResult other = run(count);
    CHECK(other.values == one.values);
    CHECK(other.tied == one.tied);
  }
}

TEST_CASE("retrieval: a row is not its own neighbour; in another gallery its copy is") {
  const Matrix x = line({0, 10, 20, 30});
  const Codes codes = {0, 1, 0, 1};
  CHECK(leave_one_out(x, codes, measuring("precision@1")).values[0] == 0);
  CHECK(against(x, codes, x, codes, measuring("precision@1")).values[0] == 1);
  // The self of a query may be at any row of the gallery, or in none.
  const Matrix reversed = line({30, 20, 10, 0});
  const Codes reversed_codes = {1, 0, 1, 0};
  CHECK(against(x, codes, reversed, reversed_codes, measuring("hit@1"), {3, 2, 1, 0}).values[0] == 0);
  CHECK(against(x, codes, reversed, reversed_codes, measuring("hit@1"), {3, -1, 1, -1}).values[0] == 0.5);
  // R does not count the row itself.
  CHECK(leave_one_out(line({0, 1, 2}), {0, 0, 0}, measuring("r-precision,map@r")).values ==
        std::vector<double>{1, 1});
}

TEST_CASE("retrieval: rows of unknown class are no queries, are relevant to none, and stand in the way") {
  const Matrix x = line({0, 1, 2, 100, 101});
  const Codes codes = {0, -1, 0, -1, -1};
  const RetrievalResult result = leave_one_out(x, codes, measuring("precision@1,mrr"));
  CHECK(result.queries == 2);
  CHECK(result.gallery == 5);
  CHECK(result.skipped == 0);
  CHECK(result.values == std::vector<double>{0, 0.5});
  for (const std::size_t row : {1U, 3U, 4U}) CHECK(std::isnan(result.per_query[0][row]));
}

TEST_CASE("retrieval: queries without a relevant item are skipped, count as zero, or are an error") {
  const Matrix x = line({0, 1, 5, 9});
  const Codes codes = {0, 0, 1, 2};  // as many alone as not
  const RetrievalResult skip = leave_one_out(x, codes, measuring("hit@1,mrr"));
  CHECK(skip.values == std::vector<double>{1, 1});
  CHECK(skip.queries == 2);
  CHECK(skip.skipped == 2);
  CHECK(std::isnan(skip.per_query[0][2]));
  const RetrievalResult zero =
      leave_one_out(x, codes, measuring("hit@1,mrr", TiePolicy::expected, NoRelevantPolicy::zero));
  CHECK(zero.values == std::vector<double>{0.5, 0.5});
  CHECK(zero.queries == 4);
  CHECK(zero.skipped == 0);
  CHECK(zero.per_query[1][3] == 0);
  const auto error = error_of([&] {
    (void)leave_one_out(x, codes, measuring("hit@1", TiePolicy::expected, NoRelevantPolicy::error));
  });
  REQUIRE(error);
  CHECK(error->kind() == ErrorKind::data);
  CHECK(contains(error->message(), "2 queries"));
  CHECK(contains(error->message(), "query 3"));
  const RetrievalResult fine = leave_one_out(
      line({0, 1, 7}), {0, 0, -1}, measuring("hit@1", TiePolicy::expected, NoRelevantPolicy::error));
  CHECK(fine.queries == 2);
}

TEST_CASE("retrieval: any share of lonely queries is skipped, only all of them are refused") {
  for (std::int32_t lonely = 0; lonely <= 8; ++lonely) {
    Codes codes = {0, 0, 0, 0};
    for (std::int32_t c = 1; c <= lonely; ++c) codes.push_back(c);
    const RetrievalResult result = leave_one_out(random_rows(4 + lonely, 2, 1), codes, measuring("hit@100"));
    CHECK(result.values[0] == 1);
    CHECK(result.queries == 4);
    CHECK(result.skipped == lonely);
  }
  for (const NoRelevantPolicy policy :
       {NoRelevantPolicy::skip, NoRelevantPolicy::zero, NoRelevantPolicy::error}) {
    const auto options = measuring("hit@1", TiePolicy::expected, policy);
    CHECK(kind_of([&] { (void)leave_one_out(line({0, 1, 2}), {0, 1, 2}, options); }) == kData);
    CHECK(kind_of([&] { (void)leave_one_out(line({0, 1}), {-1, -1}, options); }) == kData);
    CHECK(kind_of([&] { (void)against(line({0}), {0}, line({1}), {1}, options); }) == kData);
    CHECK(kind_of([&] { (void)leave_one_out(Matrix(0, 1), {}, options); }) == kData);
  }
}

TEST_CASE("retrieval: the policies by name") {
  for (const NoRelevantPolicy policy :
       {NoRelevantPolicy::skip, NoRelevantPolicy::zero, NoRelevantPolicy::error}) {
    CHECK(parse_no_relevant(no_relevant_name(policy)) == policy);
  }
  CHECK(kind_of([] { (void)parse_no_relevant("skipp"); }) == kUsage);
}

TEST_CASE("retrieval: progress reaches the end, in steps, on the calling thread") {
  std::vector<std::int64_t> steps;
  RetrievalOptions options = measuring("hit@1");
  options.progress = [&](std::int64_t done, std::int64_t of) {
    CHECK(of == 2100);
    steps.push_back(done);
  };
  (void)leave_one_out(random_rows(2100, 1, 1), Codes(2100, 0), options);
  REQUIRE(!steps.empty());
  CHECK(std::is_sorted(steps.begin(), steps.end()));
  CHECK(steps.back() == 2100);
}

TEST_CASE("retrieval: rows with several labels are relevant where they share one, in one file and in two") {
  const std::vector<Measure> measures = parse_measures("precision@1,r-precision,map@r");
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const bool own = seed % 2 == 0;  // leave-one-out, or another gallery
    const LabelSets query_sets = random_label_sets(8, 5, 3, seed);
    const LabelSets gallery_sets = own ? query_sets : random_label_sets(7, 7, 2, seed + 100);
    const Matrix queries = random_rows(8, 3, seed);
    const Matrix gallery = own ? queries : random_rows(7, 3, seed + 50);
    const Labels labels =
        own ? encode_sets(query_sets) : join_labels(encode_sets(query_sets), encode_sets(gallery_sets));
    const std::span<const std::int32_t> codes(labels.codes);
    const std::vector<std::int64_t> self = own ? up_to(8) : std::vector<std::int64_t>();
    RetrievalTask task{queries, codes.first(8), gallery, own ? codes : codes.subspan(8), self};
    task.labels = &labels;
    RetrievalOptions options;
    options.measures = measures;
    const RetrievalResult result = evaluate_retrieval(task, options);
    std::int64_t counted = 0;
    for (std::size_t q = 0; q < 8; ++q) {
      const auto row = static_cast<std::int64_t>(q);
      NaiveQuery query = naive_query(queries, Codes(8), gallery, Codes(8), row, own ? row : -1);
      for (std::size_t g = 0; g < gallery_sets.size(); ++g) {
        if (query.flags[g] >= 0) query.flags[g] = share(query_sets[q], gallery_sets[g]) ? 1 : 0;
      }
      if (std::count(query.flags.begin(), query.flags.end(), std::int8_t{1}) == 0) {
        CHECK(std::isnan(result.per_query[0][q]));
        continue;
      }
      ++counted;
      for (std::size_t m = 0; m < measures.size(); ++m)
        CHECK(result.per_query[m][q] == doctest::Approx(naive_ties(measures[m], query).mean).epsilon(1e-9));
    }
    CHECK(result.queries == counted);
    CHECK(counted > 0);
  }
}

TEST_CASE("evaluate_retrieval: measures of the first ranks have the same bits beside one of all ranks") {
  const std::string heads =
      "precision@1,precision@9,hit@3,recall@5,recall-cap@7,r-precision,map@r,map@9,map-cap@4,mrr,mrr@3,ndcg@"
      "10";
  for (const bool tied : {false, true}) {
    const Matrix x = tied ? integer_rows(700, 3, 8) : random_rows(700, 3, 8);
    for (const std::uint64_t classes : {2U, 40U}) {
      const Codes codes = random_codes(700, classes, 9);
      for (const TiePolicy ties :
           {TiePolicy::expected, TiePolicy::optimistic, TiePolicy::pessimistic, TiePolicy::index}) {
        for (const std::int64_t depth : {kAllRanks, std::int64_t{6}}) {
          RetrievalOptions alone = measuring(heads, ties);
          RetrievalOptions with_all = measuring(heads + ",map,minp", ties);
          alone.depth = depth;
          with_all.depth = depth;
          const RetrievalResult fast = leave_one_out(x, codes, alone);
          const RetrievalResult whole = leave_one_out(x, codes, with_all);
          INFO("tied ", tied, " classes ", classes, " ties ", tie_policy_name(ties), " depth ", depth);
          CHECK(fast.queries == whole.queries);
          for (std::size_t m = 0; m < alone.measures.size(); ++m) {
            INFO(alone.measures[m].name);
            CHECK(std::equal(fast.per_query[m].begin(), fast.per_query[m].end(), whole.per_query[m].begin(),
                             [](double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }));
          }
        }
      }
    }
  }
}
