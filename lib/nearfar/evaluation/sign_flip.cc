#include "nearfar/evaluation/sign_flip.h"

#include <array>
#include <bit>
#include <cmath>
#include <numeric>
#include <vector>

#include "nearfar/core/parallel.h"
#include "nearfar/core/random.h"

namespace nearfar {
namespace {

constexpr std::size_t kBits = 32;  // signs in one random number

// sum of +-d, each sign a bit of `signs`; the number of differences is a multiple of kBits.
double flipped_sum(std::span<const double> differences, std::span<const std::uint32_t> signs) {
  std::array<double, kBits> sums{};
  for (std::size_t w = 0; w < signs.size(); ++w) {
    const double* d = differences.data() + w * kBits;
    for (std::size_t l = 0; l < kBits; ++l) {
      const std::uint64_t sign = std::uint64_t{signs[w] >> l} << 63U;
      sums[l] += std::bit_cast<double>(std::bit_cast<std::uint64_t>(d[l]) ^ sign);
    }
  }
  return std::accumulate(sums.begin(), sums.end(), 0.0);
}

}  // namespace

double sign_flip_p(std::span<const double> differences, Sided sided, std::int64_t flips, std::uint64_t seed) {
  std::vector<double> moving;  // a difference of 0 has no sign to flip
  double size = 0;
  double observed = 0;
  for (const double d : differences) {
    if (d == 0) continue;
    moving.push_back(d);
    size += std::abs(d);
    observed += d;
  }
  if (moving.empty()) return 1;
  moving.resize((moving.size() + kBits - 1) / kBits * kBits, 0.0);
  const double rounding = 1e-12 * size;
  const double mark = sided == Sided::two ? std::abs(observed) : observed;
  constexpr std::int64_t kBlock = 16;
  std::vector<std::int64_t> halves(static_cast<std::size_t>((flips + kBlock - 1) / kBlock));
  parallel_ranges(flips, kBlock, [&](std::int64_t begin, std::int64_t end) {
    std::vector<std::uint32_t> signs(moving.size() / kBits);
    for (std::int64_t flip = begin; flip < end; ++flip) {
      Random(seed, RandomPurpose::sign_flips, static_cast<std::uint64_t>(flip)).fill(signs);
      const double sum = flipped_sum(moving, signs);
      const double beyond = (sided == Sided::two ? std::abs(sum) : sum) - mark;
      halves[static_cast<std::size_t>(begin / kBlock)] += beyond > rounding ? 2 : beyond >= -rounding ? 1 : 0;
    }
  });
  const std::int64_t twice_b = std::accumulate(halves.begin(), halves.end(), std::int64_t{0});
  return (static_cast<double>(twice_b) / 2 + 1) / static_cast<double>(flips + 1);
}

}  // namespace nearfar
