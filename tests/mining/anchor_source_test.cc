#include "nearfar/mining/anchor_source.h"

#include <doctest/doctest.h>

#include <mutex>

#include "mining/mined.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

std::vector<Anchor> anchors_of(const AnchorSource& source, std::int64_t begin, std::int64_t end) {
  std::vector<Anchor> anchors;
  std::mutex mutex;
  source.for_each(begin, end, [&](Anchor&& anchor) {
    const std::lock_guard lock(mutex);
    anchors.push_back(std::move(anchor));
  });
  std::sort(anchors.begin(), anchors.end(), [](const Anchor& a, const Anchor& b) { return a.row < b.row; });
  return anchors;
}

bool equal(const Anchor& a, const Anchor& b) {
  return a.row == b.row && a.positives == b.positives && a.negatives == b.negatives &&
         same_bits(a.d_ap, b.d_ap) && same_bits(a.d_an, b.d_an);
}

// Every other row with its distance, as a neighbours file might hold it.
NeighborLists complete_lists(MatrixView x, const Distance& distance) {
  NeighborLists lists;
  lists.begin.push_back(0);
  for (std::int32_t i = 0; i < x.rows; ++i) {
    for (std::int32_t j = 0; j < x.rows; ++j) {
      lists.rows.push_back(j);
      lists.distances.push_back(distance.between(x.row(i), x.row(j), x.cols));
    }
    lists.begin.push_back(lists.rows.size());
  }
  return lists;
}

}  // namespace

TEST_CASE("order_negatives: by distance, then by row, below 0 too, and -0 like 0; ranks cut") {
  Anchor unordered;
  unordered.negatives = {0, 1, 2, 3, 4, 5};
  unordered.d_an = {2, -0.0F, -3, 0, -1, 2};
  Anchor anchor = unordered;
  order_negatives(anchor, {});
  CHECK(anchor.negatives == std::vector<std::int32_t>{2, 4, 1, 3, 0, 5});
  CHECK(anchor.d_an == std::vector<float>{-3, -1, 0, 0, 2, 2});
  Anchor cut = unordered;
  order_negatives(cut, {2, 4});
  CHECK(cut.negatives == std::vector<std::int32_t>{4, 1, 3});
  cut = unordered;
  order_negatives(cut, {6, 0});
  CHECK(cut.negatives == std::vector<std::int32_t>{5});
  order_negatives(cut, {2, 3});
  CHECK(cut.negatives.empty());
}

TEST_CASE("all rows and complete lists give the same anchors") {
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    const Matrix x = seed % 2 == 0 ? random_rows(50, 3, seed) : integer_rows(50, 2, seed);
    const Labels labels =
        seed % 3 == 0 ? random_labels(50, 4, seed, 6) : random_label_sets(50, 8, 9, seed, 6);
    const SimilarRows similar(labels);
    const Distance distance;
    const NeighborLists lists = complete_lists(x, distance);
    for (const RankRange ranks : {RankRange{}, RankRange{3, 8}}) {
      const std::vector<Anchor> all = anchors_of(AllRows(x, similar, distance, ranks, false), 0, 50);
      const std::vector<Anchor> listed = anchors_of(ListedRows(lists, similar, ranks), 0, 50);
      CHECK(std::ssize(all) == std::ssize(similar.known()));
      CHECK(std::equal(all.begin(), all.end(), listed.begin(), listed.end(), equal));
    }
    const std::vector<Anchor> part = anchors_of(AllRows(x, similar, distance, {}, true), 20, 30);
    for (const Anchor& anchor : part) {
      CHECK(anchor.row >= 20);
      CHECK(anchor.row < 30);
      CHECK(std::is_sorted(anchor.negatives.begin(), anchor.negatives.end()));
      CHECK(std::ssize(anchor.negatives) == similar.negatives(anchor.row));
    }
  }
}
