#include "nearfar/neighbors/nearest.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "every_distance.h"
#include "naive_distance.h"
#include "random_rows.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

using Lists = std::vector<std::vector<Neighbor>>;

Lists search(MatrixView queries, MatrixView gallery, const NearestOptions& options) {
  Lists lists;
  nearest_neighbors(queries, gallery, options, [&](std::int64_t q, std::span<const Neighbor> neighbors) {
    REQUIRE(q == std::ssize(lists));
    lists.emplace_back(neighbors.begin(), neighbors.end());
  });
  REQUIRE(std::ssize(lists) == queries.rows);
  return lists;
}

// Every pair by the deciding kernel, all sorted.
Lists naive(MatrixView queries, MatrixView gallery, const NearestOptions& options) {
  Lists lists;
  for (std::int64_t q = 0; q < queries.rows; ++q) {
    std::vector<Neighbor> all;
    for (std::int64_t g = 0; g < gallery.rows; ++g) {
      if (options.allowed && !options.allowed(q, g)) continue;
      all.push_back({static_cast<std::int32_t>(g),
                     options.distance.between(queries.row(q), gallery.row(g), queries.cols)});
    }
    std::stable_sort(all.begin(), all.end(), [&](const Neighbor& a, const Neighbor& b) {
      return options.farthest ? a.distance > b.distance : a.distance < b.distance;
    });
    all.resize(static_cast<std::size_t>(std::min<std::int64_t>(options.k, std::ssize(all))));
    lists.push_back(all);
  }
  return lists;
}

bool equal(const Lists& a, const Lists& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& left, const auto& right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](const Neighbor& x, const Neighbor& y) {
                        return x.row == y.row && same_bits(x.distance, y.distance);
                      });
  });
}

bool not_self(std::int64_t q, std::int64_t g) { return q != g; }

NearestOptions options_for(const Distance& distance, std::int64_t k, bool farthest = false) {
  NearestOptions options;
  options.distance = distance;
  options.k = k;
  options.farthest = farthest;
  return options;
}

}  // namespace

TEST_CASE(
    "nearest_neighbors: equal to sorting all pairs, for every distance, k, side and number of threads") {
  // Fewer and more rows than a block of 384, and no multiple of it.
  for (const std::int64_t rows : {1, 2, 65, 430, 790}) {
    for (const Distance& distance : every_distance(7)) {
      const Matrix x = in_domain(distance, random_rows(rows, 7, 1));
      const Matrix other = in_domain(distance, random_rows(101, 7, 2));
      for (const std::int64_t k : {std::int64_t{1}, std::int64_t{10}, rows - 1, rows + 5}) {
        const bool often = distance.kind() == DistanceKind::euclidean || distance.kind() == DistanceKind::snr;
        if (k < 1 || (rows > 100 && k > 10 && !often) || (rows > 500 && k == 1 && !often)) continue;
        const bool farthest = k == 10;
        NearestOptions options = options_for(distance, k, farthest);
        options.allowed = not_self;
        const Lists expected = naive(x, x, options);
        const Lists expected_other = naive(other, x, options);
        for (const int count : {1, 2, 3}) {
          const Threads use(count);
          INFO(distance.name(), " rows ", rows, " k ", k, " threads ", count);
          CHECK(equal(search(x, x, options), expected));
          CHECK(equal(search(other, x, options), expected_other));
        }
      }
    }
  }
}

TEST_CASE("nearest_neighbors: many ties, copies and identical rows") {
  Matrix same(430, 5);
  for (std::int64_t i = 0; i < same.size(); ++i) same.data()[i] = 0.1F * static_cast<float>(i % 5);
  Matrix copies = random_rows(430, 5, 3);
  for (std::int64_t i = 100; i < 430; ++i) std::copy_n(copies.row(i % 100), 5, copies.row(i));
  const Matrix integers = integer_rows(430, 5, 4);
  for (const Matrix* x : std::vector<const Matrix*>{&same, &copies, &integers}) {
    for (const Distance& distance : every_distance(5)) {
      const Matrix rows = in_domain(distance, Matrix::copy_of(*x));
      NearestOptions options = options_for(distance, 4);
      options.allowed = not_self;
      INFO(distance.name());
      CHECK(equal(search(rows, rows, options), naive(rows, rows, options)));
      options.farthest = true;
      CHECK(equal(search(rows, rows, options), naive(rows, rows, options)));
    }
  }
}

TEST_CASE("nearest_neighbors: copies of a row are at exactly 0, whatever their offset and length") {
  Matrix x = random_rows(500, 33, 5, 1e-3);
  for (std::int64_t i = 0; i < x.size(); ++i) x.data()[i] += 4096;  // far from the origin
  for (std::int64_t i = 250; i < 500; ++i) std::copy_n(x.row(i - 250), 33, x.row(i));
  NearestOptions options = options_for(Distance(), 1);
  options.allowed = not_self;
  const Lists lists = search(x, x, options);
  for (std::int64_t i = 0; i < 500; ++i) {
    CHECK(lists[static_cast<std::size_t>(i)][0].row == (i + 250) % 500);
    CHECK(lists[static_cast<std::size_t>(i)][0].distance == 0);
  }
}

TEST_CASE("nearest_neighbors: blocks do not show: parts of the queries give the rows of the whole") {
  const Matrix x = random_rows(1000, 24, 6);
  for (const Distance& distance : {Distance(), parse_distance("cosine"), parse_distance("manhattan")}) {
    const Lists whole = search(x, x, options_for(distance, 7));
    for (const auto& range :
         std::vector<std::pair<std::int64_t, std::int64_t>>{{0, 1}, {3, 390}, {383, 1000}}) {
      const std::int64_t begin = range.first;
      const std::int64_t end = range.second;
      const Lists part = search(x.view().slice(begin, end), x, options_for(distance, 7));
      INFO(distance.name(), " ", begin, " to ", end);
      CHECK(equal(part, Lists(whole.begin() + begin, whole.begin() + end)));
    }
  }
}

TEST_CASE("nearest_neighbors: lists too large to keep are searched a part of the queries at a time") {
  const Matrix x =
      random_rows(2600, 1, 7);  // lists of 2,500 for 2,600 rows are beyond the memory of a symmetric search
  NearestOptions options = options_for(Distance(), 2500);
  options.allowed = not_self;
  std::int64_t wrong = 0;
  nearest_neighbors(x, x, options, [&](std::int64_t q, std::span<const Neighbor> neighbors) {
    if (q % 100 != 0) return;
    const Lists expected = naive(x.view().slice(q, q + 1), x, [&] {
      NearestOptions one = options;
      one.allowed = [q](std::int64_t, std::int64_t g) { return g != q; };
      return one;
    }());
    wrong += equal({{neighbors.begin(), neighbors.end()}}, expected) ? 0 : 1;
  });
  CHECK(wrong == 0);
}

TEST_CASE("nearest_neighbors: permuted rows give the permuted result where nothing is tied") {
  const Matrix x = random_rows(600, 12, 8);
  std::vector<std::int32_t> order(600);
  for (std::int32_t i = 0; i < 600; ++i) order[static_cast<std::size_t>(i)] = i;
  Random random(9);
  random.shuffle(std::span(order));
  Matrix permuted(600, 12);
  for (std::int64_t i = 0; i < 600; ++i)
    std::copy_n(x.row(order[static_cast<std::size_t>(i)]), 12, permuted.row(i));
  NearestOptions options = options_for(Distance(), 5);
  options.allowed = not_self;
  const Lists before = search(x, x, options);
  const Lists after = search(permuted, permuted, options);
  bool same = true;
  for (std::size_t i = 0; i < 600; ++i) {
    for (std::size_t r = 0; r < 5; ++r) {
      const Neighbor& was = before[static_cast<std::size_t>(order[i])][r];
      const Neighbor& is = after[i][r];
      same =
          same && order[static_cast<std::size_t>(is.row)] == was.row && same_bits(is.distance, was.distance);
    }
  }
  CHECK(same);
}

TEST_CASE("nearest_neighbors: brute force in extended precision agrees") {
  for (const Distance& distance : distances_without_matrix()) {
    const Matrix x = in_domain(distance, random_rows(150, 37, 10));
    NearestOptions options = options_for(distance, 149);
    options.allowed = not_self;
    const Lists lists = search(x, x, options);
    for (std::int64_t q = 0; q < 150; q += 11) {
      std::vector<double> expected;
      for (std::int64_t g = 0; g < 150; ++g) {
        if (g != q)
          expected.push_back(naive_distance(distance.kind(), in_double(x.row(q), 37), in_double(x.row(g), 37),
                                            distance.exponent()));
      }
      std::sort(expected.begin(), expected.end());
      for (std::size_t r = 0; r < expected.size(); ++r) {
        INFO(distance.name(), " query ", q, " rank ", r);
        CHECK(near(static_cast<double>(lists[static_cast<std::size_t>(q)][r].distance), expected[r], 1e-5,
                   1e-6));
      }
    }
  }
}

TEST_CASE("nearest_neighbors: what is not allowed is left out, each way on its own") {
  const Matrix x = random_rows(500, 6, 11);
  NearestOptions options = options_for(Distance(), 3);
  options.allowed = [](std::int64_t q, std::int64_t g) { return (q + 2 * g) % 3 == 0 && q != g; };
  CHECK(equal(search(x, x, options), naive(x, x, options)));
  options.allowed = [](std::int64_t q, std::int64_t g) { return q < 2 && g < 2; };  // hardly any
  const Lists few = search(x, x, options);
  CHECK(equal(few, naive(x, x, options)));
  CHECK(few[0].size() == 2);
  CHECK(few[5].empty());
}

TEST_CASE("nearest_neighbors: an empty gallery, and progress that ends at the end") {
  const Matrix x = random_rows(500, 4, 12);
  const Matrix none(0, 4);
  for (const std::vector<Neighbor>& list : search(x, none, options_for(Distance(), 3))) CHECK(list.empty());
  NearestOptions options = options_for(Distance(), 3);
  std::vector<std::int64_t> reports;
  options.progress = [&](std::int64_t done, std::int64_t of) {
    CHECK(of == 500);
    reports.push_back(done);
  };
  (void)search(x, x, options);
  CHECK(std::is_sorted(reports.begin(), reports.end()));
  CHECK(reports.back() == 500);
}

TEST_CASE("nearest_beyond: equal to looking at every row") {
  for (const Distance& distance : every_distance(6)) {
    for (const bool tied : {false, true}) {
      const Matrix x = in_domain(distance, tied ? integer_rows(450, 6, 13) : random_rows(450, 6, 13));
      NearestOptions options = options_for(distance, 1);
      options.allowed = [](std::int64_t q, std::int64_t g) { return (q + g) % 4 != 0; };
      std::vector<BeyondRequest> requests;
      Random random(14);
      for (int i = 0; i < 300; ++i) {
        const auto q = static_cast<std::int32_t>(random.below(450));
        const auto p = static_cast<std::int64_t>(random.below(450));
        requests.push_back({q, distance.between(x.row(q), x.row(p), 6)});
      }
      requests.push_back({7, 3.4e38F});
      requests.push_back({7, -3.4e38F});
      for (const int count : {1, 3}) {
        const Threads use(count);
        const std::vector<Neighbor> answers = nearest_beyond(x, x, requests, options);
        REQUIRE(answers.size() == requests.size());
        std::int64_t wrong = 0;
        for (std::size_t r = 0; r < requests.size(); ++r) {
          Neighbor best;
          for (std::int32_t g = 0; g < 450; ++g) {
            const float d = distance.between(x.row(requests[r].query), x.row(g), 6);
            if (!options.allowed(requests[r].query, g) || !(d > requests[r].bound)) continue;
            if (best.row < 0 || d < best.distance) best = {g, d};
          }
          if (answers[r].row != best.row || !same_bits(answers[r].distance, best.distance)) ++wrong;
        }
        INFO(distance.name(), " ties ", tied, " threads ", count);
        CHECK(wrong == 0);
      }
    }
  }
}
