#include "nearfar/evaluation/resample.h"

#include <algorithm>
#include <array>
#include <vector>

#include "nearfar/core/parallel.h"
#include "nearfar/core/random.h"

namespace nearfar {

void draw_counts(std::uint64_t seed, std::int64_t resample, std::span<std::uint32_t> counts) {
  Random random(seed, RandomPurpose::resampling, static_cast<std::uint64_t>(resample));
  const std::uint64_t units = counts.size();
  std::fill(counts.begin(), counts.end(), 0U);
  if (units == 0) return;
  // A word w of 32 bits becomes the unit floor(w units / 2^32); the lowest 2^32 mod units remainders are
  // drawn anew, which leaves every unit the same number of words (Lemire 2019, arXiv:1805.10941).
  const std::uint64_t threshold = (std::uint64_t{1} << 32U) % units;
  std::array<std::uint32_t, 1024> words;
  for (std::uint64_t left = units; left > 0;) {
    const std::span<std::uint32_t> some(
        words.data(), static_cast<std::size_t>(std::min<std::uint64_t>(left, words.size())));
    random.fill(some);
    std::uint64_t refused = 0;
    for (const std::uint32_t word : some) {
      const std::uint64_t product = word * units;
      if ((product & 0xFFFFFFFFU) < threshold) [[unlikely]] {
        ++refused;
        continue;
      }
      ++counts[static_cast<std::size_t>(product >> 32U)];
    }
    left -= some.size() - refused;
  }
}

void for_each_resample(
    std::int64_t resamples, std::int64_t units, std::uint64_t seed,
    const std::function<void(std::int64_t resample, std::span<const std::uint32_t> counts)>& use) {
  constexpr std::int64_t kBlock = 16;
  parallel_ranges(resamples, kBlock, [&](std::int64_t begin, std::int64_t end) {
    std::vector<std::uint32_t> counts(static_cast<std::size_t>(units));
    for (std::int64_t b = begin; b < end; ++b) {
      draw_counts(seed, b, counts);
      use(b, counts);
    }
  });
}

double weighted_sum(std::span<const std::uint32_t> counts, std::span<const double> values) {
  constexpr std::size_t kLanes = 8;
  std::array<double, kLanes> sums{};
  std::size_t i = 0;
  for (; i + kLanes <= counts.size(); i += kLanes) {
    for (std::size_t l = 0; l < kLanes; ++l)  // a count is far below 2^31, and int32 converts faster
      sums[l] += static_cast<double>(static_cast<std::int32_t>(counts[i + l])) * values[i + l];
  }
  for (std::size_t l = 0; i < counts.size(); ++i, ++l) sums[l] += static_cast<double>(counts[i]) * values[i];
  double sum = 0;
  for (const double part : sums) sum += part;
  return sum;
}

}  // namespace nearfar
