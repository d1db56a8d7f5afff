#include "nearfar/core/product_tile.h"

#include <doctest/doctest.h>

#include "random_rows.h"

using namespace nearfar;
using namespace nearfar::testing;

TEST_CASE("a tile is set, or added to, by whole numbers exactly, and nothing beside it is touched") {
  constexpr std::int64_t kStride = 90;
  for (const std::int64_t inner : {1, 31, 320, 321, 1000}) {
    for (const std::int64_t n : {1, 5, 8, 13, 17}) {
      for (const std::int64_t m : {1, 16, 31, 32, 33, 70}) {
        const Matrix a = integer_rows(n, inner, 1, 20);
        const Matrix b = integer_rows(m, inner, 2, 20);
        const Matrix a_columns = integer_rows(inner, n, 3, 20);
        const Matrix b_columns = integer_rows(inner, m, 4, 20);
        for (const bool a_as_columns : {false, true}) {
          for (const bool b_as_columns : {false, true}) {
            for (const bool add : {false, true}) {
              Matrix c(n + 1, kStride);
              for (std::int64_t i = 0; i < c.size(); ++i) c.data()[i] = 7;
              multiply_tile({a_as_columns ? a_columns.view() : a.view(), a_as_columns},
                            {b_as_columns ? b_columns.view() : b.view(), b_as_columns}, c.data(), kStride,
                            add);
              for (std::int64_t i = 0; i <= n; ++i) {
                for (std::int64_t j = 0; j < kStride; ++j) {
                  double expected = i < n && j < m && !add ? 0 : 7;
                  for (std::int64_t k = 0; i < n && j < m && k < inner; ++k) {
                    expected += static_cast<double>(a_as_columns ? a_columns(k, i) : a(i, k)) *
                                static_cast<double>(b_as_columns ? b_columns(k, j) : b(j, k));
                  }
                  if (static_cast<double>(c(i, j)) != expected)
                    FAIL("inner " << inner << ", " << n << " x " << m << ": element " << i << ", " << j);
                }
              }
            }
          }
        }
      }
    }
  }
}
