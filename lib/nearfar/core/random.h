#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "nearfar/core/export.h"

namespace nearfar {

/// What a stream of random numbers is for. Streams of different purposes never overlap.
enum class RandomPurpose : std::uint32_t {
  general = 0,
  split = 1,
  mining = 2,
  initialisation = 3,
  batches = 4,
  dropout = 5,
  augmentation = 6,
  resampling = 16,
  sign_flips = 17,
  portrait = 18,
};

/// Philox4x32-10, a counter-based generator (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as
/// 1, 2, 3", SC11): block `i` of a stream is a function of (seed, purpose, index, i) alone, so any thread can
/// draw for any row and a checkpoint needs no generator state.
[[nodiscard]] NEARFAR_EXPORT std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                                                     std::array<std::uint32_t, 2> key);

/// A stream of random numbers for (seed, purpose, index); at most 2^34 numbers of 32 bits each.
/// The distributions are our own, so the same stream gives the same values with every standard library.
class NEARFAR_EXPORT Random {
 public:
  explicit Random(std::uint64_t seed, RandomPurpose purpose = RandomPurpose::general,
                  std::uint64_t index = 0);

  std::uint32_t next32();
  /// The same numbers that next32() would give one after the other, several times as fast.
  void fill(std::span<std::uint32_t> numbers);
  std::uint64_t next64();
  /// Uniform in [0, 1) with 53 random bits.
  double uniform();
  /// Standard normal (Box-Muller; two uniforms a call, no state kept).
  double normal();
  /// Uniform in [0, n), unbiased (Lemire 2019, arXiv:1805.10941); n >= 1.
  std::uint64_t below(std::uint64_t n);

  /// Fisher-Yates.
  template <class T>
  void shuffle(std::span<T> items) {
    for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[below(i)]);
  }

  /// `k` different numbers of [0, n), ascending, every subset equally likely (Floyd); k > n gives all n.
  /// Memory and time O(k log k), whatever n is.
  std::vector<std::uint64_t> sample(std::uint64_t n, std::uint64_t k);

 private:
  std::array<std::uint32_t, 2> key_;
  std::array<std::uint32_t, 4> counter_;
  std::array<std::uint32_t, 4> block_{};
  unsigned used_ = 4;
};

}  // namespace nearfar
