#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "nearfar/neighbors/brackets.h"

namespace nearfar {

/// The candidates of one query that may be among its first `depth` ones, or not farther than its nearest
/// relevant one, by the bounds of Brackets. A bound guessed from a sample saves most of the candidates the
/// way into the list; it is taken once `depth` candidates are known not to be above it.
class HeadList {
 public:
  struct Entry {
    float low;  ///< lower bound of the key
    std::int32_t row;
  };
  struct Place {
    float low;
    std::uint32_t entry;  ///< of entries()
  };

  /// `relevant` and `excluded` are ascending and stay as they are until the last collect().
  void begin(const Brackets& brackets, std::int64_t q, std::int64_t depth,
             std::span<const std::int32_t> relevant, std::span<const std::int32_t> excluded);
  /// The gallery rows [g0, g0 + count), behind those of the call before. `closeness` is overwritten, up to
  /// the next multiple of 64.
  void collect(float* closeness, std::int64_t g0, std::int64_t count);
  /// What may be in the order of rows.
  [[nodiscard]] std::span<const Entry> entries() const { return {entries_.data(), size_}; }
  /// After the last collect(): the entries that are needed in the order of lower bounds, then of rows.
  void sort(std::vector<Place>& places) const;
  /// Upper bound of the key.
  [[nodiscard]] float high(const Entry& entry) const { return entry.low + (own_gap_ + gaps_[entry.row]); }

 private:
  // What is above it is not needed.
  [[nodiscard]] float limit() const { return std::max(bound_, hit_); }
  void take_first(const float* lows, std::int64_t g0, std::int64_t count);
  void append(const float* lows, std::int64_t g0, std::int64_t count, float limit);
  [[nodiscard]] bool holds_depth(float bound) const;
  void shrink();

  const Brackets* brackets_ = nullptr;
  std::int64_t q_ = 0;
  std::int64_t depth_ = 0;
  std::span<const std::int32_t> relevant_;
  std::span<const std::int32_t> excluded_;
  std::size_t next_relevant_ = 0;
  std::size_t next_excluded_ = 0;
  const float* gaps_ = nullptr;
  float own_gap_ = 0;
  float bound_ = 0;             // the keys of `depth` candidates are not above it
  float hit_ = 0;               // the key of a relevant one is not above it
  std::vector<Entry> entries_;  // the first size_ of them; ascending by row
  std::size_t size_ = 0;
};

}  // namespace nearfar
