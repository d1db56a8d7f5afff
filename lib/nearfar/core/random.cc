#include "nearfar/core/random.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>
#include <numeric>

namespace nearfar {
namespace {

std::uint32_t low32(std::uint64_t x) { return static_cast<std::uint32_t>(x); }
std::uint32_t high32(std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32U); }

// Up to `most` different numbers below 2^64 - 1, in an open table that is at most half full. For Floyd's
// algorithm, which asks for every number it adds: several times faster than a tree, in a third of its memory.
class NumberSet {
 public:
  explicit NumberSet(std::uint64_t most) : table_(std::bit_ceil(2 * most + 1), kNone) {}

  [[nodiscard]] bool contains(std::uint64_t number) const { return table_[place_of(number)] == number; }
  void insert(std::uint64_t number) { table_[place_of(number)] = number; }
  [[nodiscard]] std::vector<std::uint64_t> sorted() {
    std::erase(table_, kNone);
    std::sort(table_.begin(), table_.end());
    return std::move(table_);
  }

 private:
  static constexpr std::uint64_t kNone = ~std::uint64_t{0};

  // Where the number is, or would be (Fibonacci hashing, linear probing).
  [[nodiscard]] std::size_t place_of(std::uint64_t number) const {
    const std::size_t mask = table_.size() - 1;
    auto place = static_cast<std::size_t>(number * 0x9E3779B97F4A7C15U >> 24U) & mask;
    while (table_[place] != kNone && table_[place] != number) place = (place + 1) & mask;
    return place;
  }

  std::vector<std::uint64_t> table_;
};

// Blocks that are made side by side, so that the compiler can use vectors.
constexpr std::size_t kLanes = 16;
using Lanes = std::array<std::uint32_t, kLanes>;

// Blocks `first`, `first` + 1, ... of a stream, one after the other; the rounds are those of philox4x32.
void philox_lanes(std::array<std::uint32_t, 4> first, std::array<std::uint32_t, 2> key, std::uint32_t* out) {
  Lanes c0;
  Lanes c1;
  Lanes c2;
  Lanes c3;
  for (std::size_t l = 0; l < kLanes; ++l) {
    c0[l] = first[0] + static_cast<std::uint32_t>(l);
    c1[l] = first[1];
    c2[l] = first[2];
    c3[l] = first[3];
  }
  for (int round = 0; round < 10; ++round) {
    for (std::size_t l = 0; l < kLanes; ++l) {
      const std::uint64_t p0 = std::uint64_t{0xD2511F53U} * c0[l];
      const std::uint64_t p1 = std::uint64_t{0xCD9E8D57U} * c2[l];
      c0[l] = high32(p1) ^ c1[l] ^ key[0];
      c1[l] = low32(p1);
      c2[l] = high32(p0) ^ c3[l] ^ key[1];
      c3[l] = low32(p0);
    }
    key[0] += 0x9E3779B9U;
    key[1] += 0xBB67AE85U;
  }
  for (std::size_t l = 0; l < kLanes; ++l) {
    out[4 * l] = c0[l];
    out[4 * l + 1] = c1[l];
    out[4 * l + 2] = c2[l];
    out[4 * l + 3] = c3[l];
  }
}

}  // namespace

std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> c, std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = std::uint64_t{0xD2511F53U} * c[0];
    const std::uint64_t p1 = std::uint64_t{0xCD9E8D57U} * c[2];
    c = {high32(p1) ^ c[1] ^ key[0], low32(p1), high32(p0) ^ c[3] ^ key[1], low32(p0)};
    key[0] += 0x9E3779B9U;
    key[1] += 0xBB67AE85U;
  }
  return c;
}

Random::Random(std::uint64_t seed, RandomPurpose purpose, std::uint64_t index)
    : key_{low32(seed), high32(seed)},
      counter_{0, static_cast<std::uint32_t>(purpose), low32(index), high32(index)} {}

std::uint32_t Random::next32() {
  if (used_ == 4) {
    block_ = philox4x32(counter_, key_);
    ++counter_[0];
    used_ = 0;
  }
  return block_[used_++];
}

void Random::fill(std::span<std::uint32_t> numbers) {
  std::size_t done = 0;
  while (done < numbers.size() && used_ < 4) numbers[done++] = next32();
  for (; numbers.size() - done >= 4 * kLanes; done += 4 * kLanes) {
    philox_lanes(counter_, key_, numbers.data() + done);
    counter_[0] += static_cast<std::uint32_t>(kLanes);
  }
  while (done < numbers.size()) numbers[done++] = next32();
}

std::uint64_t Random::next64() {
  const std::uint64_t low = next32();
  return low | (std::uint64_t{next32()} << 32U);
}

double Random::uniform() { return static_cast<double>(next64() >> 11U) * 0x1p-53; }

double Random::normal() {
  const double u = 1.0 - uniform();  // (0, 1]: the logarithm is finite
  const double v = uniform();
  return std::sqrt(-2.0 * std::log(u)) * std::cos(2.0 * std::numbers::pi * v);
}

std::uint64_t Random::below(std::uint64_t n) {
  using Wide = unsigned __int128;
  Wide product = Wide{next64()} * n;
  if (static_cast<std::uint64_t>(product) < n) {
    const std::uint64_t threshold = (0 - n) % n;
    while (static_cast<std::uint64_t>(product) < threshold) product = Wide{next64()} * n;
  }
  return static_cast<std::uint64_t>(product >> 64U);
}

std::vector<std::uint64_t> Random::sample(std::uint64_t n, std::uint64_t k) {
  if (k >= n) {
    std::vector<std::uint64_t> all(n);
    std::iota(all.begin(), all.end(), std::uint64_t{0});
    return all;
  }
  NumberSet chosen(k);
  for (std::uint64_t j = n - k; j < n; ++j) {
    const std::uint64_t t = below(j + 1);
    chosen.insert(chosen.contains(t) ? j : t);
  }
  return chosen.sorted();
}

}  // namespace nearfar
