#include "nearfar/mining/similar_rows.h"

#include <doctest/doctest.h>

#include "mining/mined.h"

using namespace nearfar;
using namespace nearfar::testing;

TEST_CASE("similar rows: lists, counts and the i-th of either sort are what the labels say") {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    const int unknown_every = seed % 3 == 0 ? 0 : 4;
    const Labels labels = seed % 2 == 0 ? random_labels(40, 1 + seed % 7, seed, unknown_every)
                                        : random_label_sets(40, 1 + seed, 7, seed, unknown_every);
    const SimilarRows similar(labels);
    std::vector<std::int32_t> known;
    for (std::int32_t i = 0; i < 40; ++i) {
      if (labels.codes[static_cast<std::size_t>(i)] != Labels::kUnknown) known.push_back(i);
    }
    CHECK(std::vector<std::int32_t>(similar.known().begin(), similar.known().end()) == known);
    for (const std::int32_t row : known) {
      std::vector<std::int32_t> positives;
      std::vector<std::int32_t> negatives;
      for (const std::int32_t other : known) {
        if (other == row) continue;
        (similar.similar(row, other) ? positives : negatives).push_back(other);
      }
      INFO("seed ", seed, " row ", row);
      CHECK(similar.positives(row) == std::ssize(positives));
      CHECK(similar.negatives(row) == std::ssize(negatives));
      std::vector<std::int32_t> scratch;
      const auto list = similar.similar_to(row, scratch);
      for (std::size_t i = 0; i < positives.size(); ++i)
        CHECK(similar.positive(row, list, static_cast<std::int64_t>(i)) == positives[i]);
      for (std::size_t i = 0; i < negatives.size(); ++i)
        CHECK(similar.negative(list, static_cast<std::int64_t>(i)) == negatives[i]);
    }
  }
}

TEST_CASE("similar rows: sharing one label of several is enough, and goes no further") {
  Labels labels = labels_of({0, 1, 2, 3});
  labels.sets = {{0, 1}, {1, 2}, {2}, {3}};
  const SimilarRows similar(labels);
  CHECK(similar.similar(0, 1));
  CHECK(similar.similar(1, 2));
  CHECK_FALSE(similar.similar(0, 2));
  CHECK(similar.positives(1) == 2);
  CHECK(similar.negatives(0) == 2);
  CHECK(similar.positives(3) == 0);
}
