#include "nearfar/neighbors/within.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <mutex>

#include "random_rows.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

using Partners = std::vector<std::vector<std::int32_t>>;

Partners searched(MatrixView rows, const WithinOptions& options) {
  Partners found(static_cast<std::size_t>(rows.rows));
  std::vector<int> calls(found.size());
  std::mutex lock;
  rows_within(rows, options, [&](std::int64_t q, std::span<const std::int32_t> partners) {
    const std::lock_guard guard(lock);
    found[static_cast<std::size_t>(q)].assign(partners.begin(), partners.end());
    ++calls[static_cast<std::size_t>(q)];
  });
  CHECK(std::all_of(calls.begin(), calls.end(), [](int count) { return count == 1; }));
  return found;
}

Partners naive(MatrixView rows, const WithinOptions& options) {
  Partners found(static_cast<std::size_t>(rows.rows));
  for (std::int64_t a = 0; a < rows.rows; ++a) {
    for (std::int64_t b = 0; b < rows.rows; ++b) {
      const auto i = static_cast<std::size_t>(a);
      const auto j = static_cast<std::size_t>(b);
      if (options.groups[i] == options.groups[j]) continue;
      if (options.distance.between(rows.row(a), rows.row(b), rows.cols) <=
          std::max(options.radius[i], options.radius[j]))
        found[i].push_back(static_cast<std::int32_t>(b));
    }
  }
  return found;
}

}  // namespace

TEST_CASE("rows_within: the pairs of the definition, at every size and radius") {
  for (const std::int64_t n : {1, 2, 63, 384, 385, 900}) {
    for (const bool sorted : {true, false}) {
      Random random(static_cast<std::uint64_t>(n));
      const Matrix rows = integer_rows(n, 3, static_cast<std::uint64_t>(n) + 1, 6);  // many equal distances
      std::vector<float> radius;
      std::vector<std::int32_t> groups;
      for (std::int64_t i = 0; i < n; ++i) {
        radius.push_back(static_cast<float>(random.below(3)));  // 0: copies only
        groups.push_back(sorted ? static_cast<std::int32_t>(2 * i / (n + 1))
                                : static_cast<std::int32_t>(random.below(3)));
      }
      for (const DistanceKind kind : {DistanceKind::euclidean, DistanceKind::manhattan}) {
        const WithinOptions options{Distance(kind), radius, groups};
        const Partners expected = naive(rows, options);
        for (const int count : {1, 3}) {
          const Threads threads(count);
          CHECK(searched(rows, options) == expected);
        }
      }
    }
  }
}

TEST_CASE("rows_within: no row at all, and one group") {
  const std::vector<float> radius(400, 100.0F);
  const std::vector<std::int32_t> groups(400, 7);
  const Matrix rows = random_rows(400, 4, 1);
  for (const std::vector<std::int32_t>& partners : searched(rows, {Distance(), radius, groups}))
    CHECK(partners.empty());
  CHECK(searched(Matrix(0, 4), {Distance(), {}, {}}).empty());
}
