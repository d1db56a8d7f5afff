#include "nearfar/training/sampler.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

#include "data/several_labels.h"
#include "random_rows.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

// sizes[c] rows of class c, mixed; then `unknown` rows of unknown class.
Labels mixed_labels(const std::vector<std::int64_t>& sizes, std::int64_t unknown = 0) {
  Labels labels;
  for (std::size_t c = 0; c < sizes.size(); ++c) {
    labels.names.push_back("c" + std::to_string(c));
    labels.codes.insert(labels.codes.end(), static_cast<std::size_t>(sizes[c]), static_cast<std::int32_t>(c));
  }
  labels.codes.insert(labels.codes.end(), static_cast<std::size_t>(unknown), Labels::kUnknown);
  Random random(9);
  random.shuffle(std::span(labels.codes));
  return labels;
}

std::vector<std::vector<std::int64_t>> rows_of(const std::vector<Batch>& batches) {
  std::vector<std::vector<std::int64_t>> rows;
  for (const Batch& batch : batches) rows.push_back(batch.rows);
  return rows;
}

std::map<std::int32_t, std::int64_t> class_counts(const Batch& batch, const Labels& labels) {
  std::map<std::int32_t, std::int64_t> counts;
  for (const std::int64_t row : batch.rows) ++counts[labels.codes[static_cast<std::size_t>(row)]];
  return counts;
}

bool all_different(std::vector<std::int64_t> rows) {
  std::sort(rows.begin(), rows.end());
  return std::adjacent_find(rows.begin(), rows.end()) == rows.end();
}

Tuples random_tuples(TupleKind kind, std::int64_t count, std::uint64_t rows, std::uint64_t seed) {
  Random random(seed);
  Tuples tuples;
  tuples.kind = kind;
  for (std::size_t i = 0; i < static_cast<std::size_t>(count) * tuple_kind(kind).items; ++i) {
    tuples.items.push_back(static_cast<std::int32_t>(random.below(rows)));
  }
  if (kind == TupleKind::pairs || kind == TupleKind::graded_pairs) {
    for (std::int64_t t = 0; t < count; ++t)
      tuples.values.push_back(static_cast<float>(t));  // names the tuple
  }
  return tuples;
}

using TupleBag = std::multiset<std::vector<std::int64_t>>;

}  // namespace

TEST_CASE("ClassSampler: every batch has P classes times K rows, none twice") {
  const Labels labels = mixed_labels({30, 30, 30, 30, 30, 30, 30});
  const ClassSampler sampler(labels, 4, 5, 1);
  for (std::int64_t epoch = 1; epoch <= 20; ++epoch) {
    const std::vector<Batch> batches = sampler.epoch(epoch);
    CHECK(batches.size() == 11);  // 210 rows, 20 a batch
    for (const Batch& batch : batches) {
      CHECK(batch.rows.size() == 20);
      CHECK(all_different(batch.rows));
      const auto counts = class_counts(batch, labels);
      CHECK(counts.size() == 4);
      for (const auto& [code, count] : counts) CHECK(count == 5);
      CHECK(batch.tuples.size() == 0);
    }
  }
}

TEST_CASE("ClassSampler: small classes give what they have; single and unknown rows never come") {
  const Labels labels = mixed_labels({40, 2, 3, 1, 12, 1}, 10);
  const std::map<std::int32_t, std::int64_t> sizes = {{0, 40}, {1, 2}, {2, 3}, {4, 12}};
  for (const std::int64_t classes : {2, 3, 4, 100}) {
    const ClassSampler sampler(labels, classes, 6, 3);
    std::set<std::int64_t> seen;
    for (std::int64_t epoch = 1; epoch <= 10; ++epoch) {
      std::int64_t rows = 0;
      const std::vector<Batch> batches = sampler.epoch(epoch);
      for (std::size_t b = 0; b < batches.size(); ++b) {
        CHECK(rows < 57);  // the epoch ends as soon as 57 rows were drawn
        CHECK(all_different(batches[b].rows));
        const auto counts = class_counts(batches[b], labels);
        CHECK(static_cast<std::int64_t>(counts.size()) == std::min<std::int64_t>(classes, 4));
        for (const auto& [code, count] : counts) {
          REQUIRE(sizes.contains(code));
          CHECK(count == std::min<std::int64_t>(6, sizes.at(code)));
        }
        rows += static_cast<std::int64_t>(batches[b].rows.size());
        seen.insert(batches[b].rows.begin(), batches[b].rows.end());
      }
      CHECK(rows >= 57);
    }
    CHECK(seen.size() == 57);  // every usable row comes in time
  }
}

TEST_CASE("ClassSampler: classes, and the rows of a class, come round before they come again") {
  const Labels labels = mixed_labels({8, 8, 8, 8, 8, 8});
  const ClassSampler sampler(labels, 2, 4, 5);
  for (std::int64_t epoch = 1; epoch <= 10; ++epoch) {
    const std::vector<Batch> batches = sampler.epoch(epoch);
    REQUIRE(batches.size() == 6);  // 48 rows, 8 a batch: every class twice, so every row once
    std::set<std::int32_t> first_round;
    std::set<std::int64_t> rows;
    for (std::size_t b = 0; b < 6; ++b) {
      for (const auto& [code, count] : class_counts(batches[b], labels)) {
        if (b < 3) first_round.insert(code);
      }
      rows.insert(batches[b].rows.begin(), batches[b].rows.end());
    }
    CHECK(first_round.size() == 6);
    CHECK(rows.size() == 48);
  }
}

TEST_CASE("ClassSampler: a function of seed and epoch, asked in any order") {
  const Labels labels = mixed_labels({20, 20, 20, 20});
  const ClassSampler sampler(labels, 2, 4, 7);
  const auto first = rows_of(sampler.epoch(1));
  const auto second = rows_of(sampler.epoch(2));
  CHECK(first != second);
  CHECK(rows_of(sampler.epoch(1)) == first);
  CHECK(rows_of(ClassSampler(labels, 2, 4, 7).epoch(2)) == second);
  CHECK(rows_of(ClassSampler(labels, 2, 4, 8).epoch(1)) != first);
  const Threads threads(3);
  CHECK(rows_of(sampler.epoch(1)) == first);
}

TEST_CASE("ClassSampler: without two classes of two rows there is nothing to learn from") {
  const std::vector<std::vector<std::int64_t>> hopeless = {{}, {5}, {1, 1, 1}, {5, 1, 1}};
  for (const auto& sizes : hopeless) {
    const auto error = error_of([&] { const ClassSampler sampler(mixed_labels(sizes, 3), 4, 4, 1); });
    REQUIRE(error);
    CHECK(error->kind() == ErrorKind::data);
  }
  CHECK(ClassSampler(mixed_labels({2, 2}), 16, 10, 1).epoch(1).size() == 1);
}

TEST_CASE("ClassSampler: with several labels a row each label is a class, and no row is in a batch twice") {
  const LabelSets sets = random_label_sets(120, 8, 3, 4);
  const Labels labels = encode_sets(sets);
  REQUIRE(labels.several());
  std::size_t memberships = 0;
  for (const auto& rows : rows_by_label(labels)) memberships += rows.size() > 1 ? rows.size() : 0;
  const ClassSampler sampler(labels, 3, 5, 2);
  std::set<std::int64_t> seen;
  for (std::int64_t epoch = 1; epoch <= 10; ++epoch) {
    const std::vector<Batch> batches = sampler.epoch(epoch);
    CHECK(batches.size() == (memberships + 14) / 15);  // 3 labels x 5 rows count in each
    for (const Batch& batch : batches) {
      CHECK(all_different(batch.rows));
      CHECK(batch.rows.size() <= 15);
      std::map<std::string, int> counts;
      for (const std::int64_t row : batch.rows) {
        for (const std::string& label : sets[static_cast<std::size_t>(row)]) ++counts[label];
      }
      const auto full =
          std::count_if(counts.begin(), counts.end(), [](auto& count) { return count.second >= 5; });
      CHECK(full >= 3);  // of each drawn label K rows are there, drawn for it or for another
      seen.insert(batch.rows.begin(), batch.rows.end());
    }
  }
  const auto known = std::count_if(sets.begin(), sets.end(), [](auto& set) { return !set.empty(); });
  CHECK(static_cast<std::ptrdiff_t>(seen.size()) == known);
}

TEST_CASE("ClassSampler: where every two rows share a label there is nothing to tell apart") {
  const auto error = error_of([] {
    (void)ClassSampler(encode_labels({"a;b", "b;c", "a;c", "a;b;c"}, {";", {}}), 2, 2, 1);
  });
  REQUIRE(error);
  CHECK((error->kind() == ErrorKind::data));
  CHECK(contains(error->message(), "every two rows share a label"));
  CHECK(kind_of([] {
          (void)ClassSampler(encode_labels({"a;b", "b;c", "a;d", "b"}, {";", {}}), 2, 2, 1);
        }) == 0);
}

TEST_CASE("TupleSampler: every tuple once an epoch, its rows found in the batch") {
  for (const TupleKindInfo& kind : tuple_kinds()) {
    const Tuples tuples = random_tuples(kind.kind, 103, 40, 2);
    TupleBag expected;
    for (std::int64_t t = 0; t < tuples.size(); ++t) {
      std::vector<std::int64_t> tuple(tuples[t].begin(), tuples[t].end());
      if (!tuples.values.empty())
        tuple.push_back(static_cast<std::int64_t>(tuples.values[static_cast<std::size_t>(t)]));
      expected.insert(tuple);
    }
    for (const std::int64_t batch_size : {1, 7, 103, 1000}) {
      const TupleSampler sampler(tuples, batch_size, 4);
      for (std::int64_t epoch = 1; epoch <= 3; ++epoch) {
        const std::vector<Batch> batches = sampler.epoch(epoch);
        CHECK(static_cast<std::int64_t>(batches.size()) == (103 + batch_size - 1) / batch_size);
        TupleBag found;
        for (std::size_t b = 0; b < batches.size(); ++b) {
          const Batch& batch = batches[b];
          CHECK(batch.tuples.kind == kind.kind);
          CHECK(batch.tuples.values.size() ==
                (tuples.values.empty() ? 0 : static_cast<std::size_t>(batch.tuples.size())));
          if (b + 1 < batches.size()) CHECK(batch.tuples.size() == batch_size);
          CHECK(all_different(batch.rows));
          std::set<std::int32_t> used;
          for (std::int64_t t = 0; t < batch.tuples.size(); ++t) {
            std::vector<std::int64_t> tuple;
            for (const std::int32_t place : batch.tuples[t]) {
              used.insert(place);
              tuple.push_back(batch.rows.at(static_cast<std::size_t>(place)));
            }
            if (!tuples.values.empty()) {
              tuple.push_back(static_cast<std::int64_t>(batch.tuples.values[static_cast<std::size_t>(t)]));
            }
            found.insert(tuple);
          }
          CHECK(used.size() == batch.rows.size());  // no row without a tuple
        }
        CHECK(found == expected);
      }
    }
  }
}

TEST_CASE("TupleSampler: a function of seed and epoch, shuffled anew each epoch") {
  const Tuples tuples = random_tuples(TupleKind::triplets, 50, 1000, 3);
  const TupleSampler sampler(tuples, 8, 4);
  const auto first = rows_of(sampler.epoch(1));
  CHECK(rows_of(sampler.epoch(2)) != first);
  CHECK(rows_of(sampler.epoch(1)) == first);
  CHECK(rows_of(TupleSampler(tuples, 8, 4).epoch(1)) == first);
  CHECK(rows_of(TupleSampler(tuples, 8, 5).epoch(1)) != first);
  CHECK(TupleSampler(Tuples{}, 8, 4).epoch(1).empty());
}
