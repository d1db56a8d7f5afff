#include "nearfar/neighbors/rank_count.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "every_distance.h"
#include "neighbors/naive_ranks.h"
#include "random_rows.h"

using namespace nearfar;
using namespace nearfar::testing;

TEST_CASE("count_ranks: equal to counting item by item, for every distance, tie rule and number of threads") {
  for_every_ranking(
      [](const Matrix& queries, const Matrix& gallery, const RankOptions& options, const Lists& expected) {
        CHECK(equal(count_all(queries, gallery, options), expected));
      });
}

TEST_CASE("count_ranks: identical rows, copies far from the origin, hardly any spread") {
  Matrix same(300, 6);
  for (std::int64_t i = 0; i < same.size(); ++i) same.data()[i] = 0.3F;
  Matrix far = random_rows(300, 6, 3, 1e-3);
  for (std::int64_t i = 0; i < far.size(); ++i) far.data()[i] += 1000;
  for (std::int64_t i = 200; i < 300; ++i) std::copy_n(far.row(i - 200), 6, far.row(i));
  for (const Matrix* x : std::vector<const Matrix*>{&same, &far}) {
    for (const Distance& distance : every_distance(6)) {
      for (const bool by_row : {false, true}) {
        RankOptions options = by_class(distance, 300, 3, true);
        options.ties_by_row = by_row;
        INFO(distance.name(), " by row ", by_row);
        CHECK(equal(count_all(*x, *x, options), naive(*x, *x, options)));
      }
    }
  }
}

TEST_CASE("count_ranks: everything, one item and nothing relevant; several rows left out") {
  const Matrix x = random_rows(200, 4, 4);
  RankOptions options;
  options.relevant = [](std::int64_t q, Rows& rows) {
    rows.clear();
    for (std::int32_t g = 0; g < 200 && q % 3 != 0; ++g) {
      if ((q % 3 == 1 || g == 17) && g % 10 != q % 10) rows.push_back(g);
    }
  };
  options.excluded = [](std::int64_t q, Rows& rows) {
    rows.clear();
    for (std::int32_t g = static_cast<std::int32_t>(q % 10); g < 200; g += 10) rows.push_back(g);
  };
  const Lists lists = count_all(x, x, options);
  CHECK(equal(lists, naive(x, x, options)));
  CHECK(lists[0].empty());
  CHECK(lists[1].size() == 180);
  CHECK(lists[2].size() == 1);
}
