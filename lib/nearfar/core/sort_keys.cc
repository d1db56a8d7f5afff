#include "nearfar/core/sort_keys.h"

#include <algorithm>
#include <array>
#include <utility>

namespace nearfar {
namespace {

constexpr unsigned kDigitBits = 11;
constexpr unsigned kDigits = 3;
constexpr std::size_t kValues = std::size_t{1} << kDigitBits;
constexpr std::size_t kFew = 512;  // up to so many keys a comparison sort is faster

std::size_t digit_of(std::uint64_t key, unsigned digit) {
  return static_cast<std::size_t>(key >> (32 + digit * kDigitBits)) % kValues;
}

}  // namespace

void sort_keys(std::vector<std::uint64_t>& keys) {
  if (keys.size() <= kFew) {
    std::sort(keys.begin(), keys.end());
    return;
  }
  std::array<std::array<std::uint32_t, kValues>, kDigits> places{};
  for (const std::uint64_t key : keys) {
    for (unsigned digit = 0; digit < kDigits; ++digit) ++places[digit][digit_of(key, digit)];
  }
  std::vector<std::uint64_t> sorted(keys.size());
  for (unsigned digit = 0; digit < kDigits; ++digit) {
    std::uint32_t place = 0;
    for (std::uint32_t& count : places[digit]) place += std::exchange(count, place);
    for (const std::uint64_t key : keys) sorted[places[digit][digit_of(key, digit)]++] = key;
    keys.swap(sorted);
  }
}

}  // namespace nearfar
