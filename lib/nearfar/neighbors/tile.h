#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

#include "nearfar/neighbors/brackets.h"

namespace nearfar {

// A tile of closeness values, kBlock x kBlock floats, stays in the second-level cache between the product and
// the scan.
inline constexpr std::int64_t kBlock = 384;
inline constexpr std::int64_t kChunk = 64;  // of a tile's row, tested at once
inline constexpr float kNever = std::numeric_limits<float>::infinity();

[[nodiscard]] inline std::int64_t blocks_of(std::int64_t rows) { return (rows + kBlock - 1) / kBlock; }

/// The tile of queries [q0, q1) and gallery rows [g0, g1), at most kBlock of each; row i at i * kBlock. It
/// belongs to the thread and is good until its next call.
[[nodiscard]] inline const float* tile_of(const Brackets& brackets, std::int64_t q0, std::int64_t q1,
                                          std::int64_t g0, std::int64_t g1) {
  thread_local std::vector<float> tile(static_cast<std::size_t>(kBlock * kBlock));
  brackets.closeness(q0, q1, g0, g1, tile.data(), kBlock);
  return tile.data();
}

/// One number for each row of a block; rows beyond the last one have an infinite one.
class Parts {
 public:
  Parts() { values_.fill(kNever); }
  float& operator[](std::int64_t i) { return values_[static_cast<std::size_t>(i)]; }
  float operator[](std::int64_t i) const { return values_[static_cast<std::size_t>(i)]; }
  [[nodiscard]] const float* data() const { return values_.data(); }
  [[nodiscard]] float* data() { return values_.data(); }

 private:
  std::array<float, static_cast<std::size_t>(kBlock)> values_;
};

[[nodiscard]] inline Parts part_of(const std::vector<float>& values, std::int64_t begin, std::int64_t end) {
  Parts part;
  std::copy(values.begin() + begin, values.begin() + end, part.data());
  return part;
}

/// hit(c) for every c < kChunk for which test(c) holds, ascending. The test has to be vectorisable.
template <class Test, class Hit>
inline void for_each_flag(Test test, Hit hit) {
  unsigned any = 0;
  for (std::int64_t c = 0; c < kChunk; ++c) any |= static_cast<unsigned>(test(c));
  if (any == 0) return;
  std::array<std::uint8_t, static_cast<std::size_t>(kChunk)> flags;
  for (std::int64_t c = 0; c < kChunk; ++c)
    flags[static_cast<std::size_t>(c)] = static_cast<std::uint8_t>(test(c));
  std::uint64_t bits = 0;  // bit c is flag c: the multiplication gathers eight flags in the highest byte
  for (std::int64_t c = 0; c < kChunk; c += 8) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, flags.data() + c, sizeof eight);
    bits |= (eight * 0x0102040810204080U) >> 56U << static_cast<unsigned>(c);
  }
  for (; bits != 0; bits &= bits - 1) hit(std::countr_zero(bits));
}

}  // namespace nearfar
