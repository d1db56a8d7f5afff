#include "nearfar/metric/kernels.h"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <vector>

#include "random_rows.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

using Kernel = float (*)(const float*, const float*, std::int64_t);
constexpr std::array<Kernel, 3> kKernels{sum_squared_differences, sum_absolute_differences, dot_product};

double naive(Kernel kernel, double a, double b) {
  if (kernel == sum_squared_differences) return (a - b) * (a - b);
  if (kernel == sum_absolute_differences) return std::abs(a - b);
  return a * b;
}

}  // namespace

TEST_CASE("kernels: each sum is that of a plain loop in double, for every length") {
  for (std::int64_t d = 0; d <= 130; ++d) {
    const Matrix x = random_rows(2, d, 100 + static_cast<std::uint64_t>(d));
    for (const Kernel kernel : kKernels) {
      double sum = 0;
      double magnitude = 0;
      for (std::int64_t k = 0; k < d; ++k) {
        const double term = naive(kernel, static_cast<double>(x(0, k)), static_cast<double>(x(1, k)));
        sum += term;
        magnitude += std::abs(term);
      }
      const double got = static_cast<double>(kernel(x.row(0), x.row(1), d));
      INFO("d = ", d);
      CHECK(std::abs(got - sum) <= 1e-6 * magnitude);
    }
  }
}

TEST_CASE("kernels: the order of the rows and their place in memory do not change a bit") {
  for (std::int64_t d = 1; d <= 130; ++d) {
    const Matrix x = random_rows(2, d, 900 + static_cast<std::uint64_t>(d));
    std::vector<float> shifted(static_cast<std::size_t>(d) + 1);
    for (std::int64_t k = 0; k < d; ++k) shifted[static_cast<std::size_t>(k) + 1] = x(1, k);
    for (const Kernel kernel : kKernels) {
      const float there = kernel(x.row(0), x.row(1), d);
      INFO("d = ", d);
      CHECK(same_bits(there, kernel(x.row(1), x.row(0), d)));
      CHECK(same_bits(there, kernel(x.row(0), shifted.data() + 1, d)));
    }
    CHECK(same_bits(sum_squared_differences(x.row(0), x.row(0), d), 0.0F));
    CHECK(same_bits(sum_absolute_differences(x.row(0), x.row(0), d), 0.0F));
  }
}
