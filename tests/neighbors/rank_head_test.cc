#include "nearfar/neighbors/rank_head.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "every_distance.h"
#include "neighbors/naive_ranks.h"
#include "random_rows.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

using Depth = std::function<std::int64_t(std::int64_t)>;

// What is promised of groups down to a depth: the first one, and those that begin above it; relevant items
// that are tied with no other ones may be taken apart.
std::vector<RankGroup> promised(const std::vector<RankGroup>& groups, std::int64_t depth) {
  std::vector<RankGroup> kept;
  for (const RankGroup& group : groups) {
    const std::int64_t parts = group.relevant == group.items ? group.items : 1;
    for (std::int64_t i = 0; i < parts; ++i) {
      if (!kept.empty() && group.nearer + i >= depth) return kept;
      kept.push_back({0, group.nearer + i, group.items / parts, group.relevant / parts, group.tied});
    }
  }
  return kept;
}

// The nearest candidates of a query and all at the distance of the last one, from measuring every one.
std::vector<Neighbor> naive_nearest(MatrixView queries, MatrixView gallery, const RankOptions& options,
                                    std::int64_t q) {
  Rows excluded;
  if (options.excluded) options.excluded(q, excluded);
  std::vector<Neighbor> all;
  for (std::int64_t g = 0; g < gallery.rows; ++g) {
    const auto row = static_cast<std::int32_t>(g);
    if (!std::binary_search(excluded.begin(), excluded.end(), row))
      all.push_back({row, options.distance.between(queries.row(q), gallery.row(g), gallery.cols)});
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Neighbor& a, const Neighbor& b) { return a.distance < b.distance; });
  if (std::ssize(all) <= options.nearest) return all;
  const float last = all[static_cast<std::size_t>(options.nearest) - 1].distance;
  std::erase_if(all, [&](const Neighbor& neighbor) { return neighbor.distance > last; });
  return all;
}

bool same_neighbors(std::span<const Neighbor> a, std::span<const Neighbor> b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Neighbor& one, const Neighbor& other) {
    return one.row == other.row && one.distance == other.distance;
  });
}

// Of all queries, from both; and the nearest candidates.
void check_heads(MatrixView queries, MatrixView gallery, RankOptions options, const Lists& expected,
                 const Depth& depth) {
  options.depth = depth;
  options.nearest = 5;
  std::vector<std::int8_t> told(static_cast<std::size_t>(queries.rows));
  options.neighbors = [&](std::int64_t q, std::span<const Neighbor> found) {
    told[static_cast<std::size_t>(q)] =
        same_neighbors(found, naive_nearest(queries, gallery, options, q)) ? 1 : -1;
  };
  std::vector<std::int64_t> relevant(static_cast<std::size_t>(queries.rows), -1);
  Lists heads(static_cast<std::size_t>(queries.rows));
  count_ranks(queries, gallery, options,
              [&](std::int64_t q, std::span<const RankGroup> groups, std::int64_t count) {
                heads[static_cast<std::size_t>(q)].assign(groups.begin(), groups.end());
                relevant[static_cast<std::size_t>(q)] = count;
              });
  CHECK(std::count(told.begin(), told.end(), 1) == queries.rows);
  Lists promised_heads;
  Lists promised_expected;
  for (std::int64_t q = 0; q < queries.rows; ++q) {
    Rows rows;
    options.relevant(q, rows);
    CHECK(relevant[static_cast<std::size_t>(q)] == std::ssize(rows));
    const std::int64_t looked_at = depth(std::ssize(rows));
    promised_heads.push_back(promised(heads[static_cast<std::size_t>(q)], looked_at));
    promised_expected.push_back(promised(expected[static_cast<std::size_t>(q)], looked_at));
  }
  CHECK(equal(promised_heads, promised_expected));
}

const std::vector<Depth>& depths() {
  static const std::vector<Depth> kDepths{[](std::int64_t) { return 0; }, [](std::int64_t) { return 7; },
                                          [](std::int64_t relevant) { return relevant; },
                                          [](std::int64_t) { return 100000; }};
  return kDepths;
}

}  // namespace

TEST_CASE(
    "count_heads: what item by item counting gives, for every distance, tie rule, depth and number of "
    "threads") {
  for_every_ranking(
      [](const Matrix& queries, const Matrix& gallery, const RankOptions& options, const Lists& expected) {
        for (const Depth& depth : depths()) check_heads(queries, gallery, options, expected, depth);
      });
}

TEST_CASE(
    "count_heads: galleries scanned in several goes; classes apart, overlapping, one behind the other") {
  constexpr std::int64_t kRows = 21000;
  const Matrix noise = random_rows(kRows, 6, 5);
  for (const float apart : {0.0F, 0.5F, 20.0F}) {
    for (const bool sorted : {false, true}) {
      const auto class_of = [&](std::int64_t g) { return sorted ? g * 7 / kRows : g % 7; };
      Matrix gallery = noise;
      for (std::int64_t g = 0; g < kRows; ++g) gallery(g, class_of(g) % 6) += apart;
      // Half of the rows of every third class are the same.
      for (std::int64_t g = 0; g < kRows; ++g) {
        if (class_of(g) % 3 == 0 && g % 2 == 0) std::copy_n(gallery.row(0), 6, gallery.row(g));
      }
      Matrix queries(14, 6);
      for (std::int64_t q = 0; q < 14; ++q) std::copy_n(gallery.row(q * 1499), 6, queries.row(q));
      for (const bool by_row : {false, true}) {
        RankOptions options;
        options.ties_by_row = by_row;
        options.relevant = [&](std::int64_t q, Rows& rows) {
          rows.clear();
          for (std::int64_t g = 0; g < kRows; ++g) {
            if (class_of(g) == class_of(q * 1499) && g != q * 1499)
              rows.push_back(static_cast<std::int32_t>(g));
          }
        };
        options.excluded = [](std::int64_t q, Rows& rows) { rows = {static_cast<std::int32_t>(q * 1499)}; };
        const Lists expected = naive(queries, gallery, options);
        INFO("apart ", apart, " sorted ", sorted, " by row ", by_row);
        for (const Depth& depth : depths()) check_heads(queries, gallery, options, expected, depth);
      }
    }
  }
}

TEST_CASE("count_heads: identical rows, copies far from the origin, hardly any spread") {
  Matrix same(1200, 6);
  for (std::int64_t i = 0; i < same.size(); ++i) same.data()[i] = 0.3F;
  Matrix far = random_rows(1200, 6, 3, 1e-3);
  for (std::int64_t i = 0; i < far.size(); ++i) far.data()[i] += 1000;
  for (std::int64_t i = 800; i < 1200; ++i) std::copy_n(far.row(i - 800), 6, far.row(i));
  for (const Matrix* x : std::vector<const Matrix*>{&same, &far}) {
    for (const bool by_row : {false, true}) {
      RankOptions options = by_class(Distance(), 1200, 3, true);
      options.ties_by_row = by_row;
      const Lists expected = naive(*x, *x, options);
      INFO("by row ", by_row);
      for (const Depth& depth : depths()) check_heads(*x, *x, options, expected, depth);
    }
  }
}

TEST_CASE("count_heads: everything, one item and nothing relevant; several rows left out") {
  const Matrix x = random_rows(2000, 4, 4);
  RankOptions options;
  options.relevant = [](std::int64_t q, Rows& rows) {
    rows.clear();
    for (std::int32_t g = 0; g < 2000 && q % 3 != 0; ++g) {
      if ((q % 3 == 1 || g == 17) && g % 10 != q % 10) rows.push_back(g);
    }
  };
  options.excluded = [](std::int64_t q, Rows& rows) {
    rows.clear();
    for (std::int32_t g = static_cast<std::int32_t>(q % 10); g < 2000; g += 10) rows.push_back(g);
  };
  const MatrixView queries = x.view().slice(0, 60);
  const Lists expected = naive(queries, x, options);
  for (const Depth& depth : depths()) check_heads(queries, x, options, expected, depth);
}

TEST_CASE("count_heads: distances beyond the largest float are tied") {
  for (const char* name : {"dot", "euclidean", "sqeuclidean", "manhattan"}) {
    Matrix x = random_rows(1200, 4, 8);
    for (std::int64_t i = 0; i < x.rows(); i += 2) {
      for (std::int64_t j = 0; j < x.cols(); ++j) x(i, j) *= 1e38F;
    }
    for (const bool by_row : {false, true}) {
      RankOptions options = by_class(parse_distance(name), 1200, 3, true);
      options.ties_by_row = by_row;
      const MatrixView queries = x.view().slice(0, 60);
      const Lists expected = naive(queries, x, options);
      INFO(name, " by row ", by_row);
      for (const Depth& depth : depths()) check_heads(queries, x, options, expected, depth);
    }
  }
}
