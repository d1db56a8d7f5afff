#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace nearfar {

/// Counts the pairs of a sequence that stand in the wrong order, weighted: the sum of w_i w_j over i < j with
/// the rank of i above the rank of j. The ranks stay, the weights may change from one count to the next.
class WeightedInversions {
 public:
  struct Item {
    std::uint32_t rank;
    std::uint32_t weight;
  };
  /// What a count works in; kept from one count to the next, it saves the allocation. 16 bytes an item.
  using Scratch = std::array<std::vector<Item>, 2>;

  /// Ranks are 0, ..., r - 1, each of which occurs; equal ones are in no order. O(n); 8 bytes an item.
  explicit WeightedInversions(std::vector<std::uint32_t> ranks);

  [[nodiscard]] std::span<const std::uint32_t> ranks() const { return ranks_; }
  [[nodiscard]] std::size_t rank_count() const { return starts_.size() - 1; }

  /// weight_of(i) of the i-th of the sequence; all weights together are below 2^32. A radix sort by the bits
  /// of the rank, highest first, that counts on its way: O(n log r). May be called from several threads at
  /// once, each with a scratch of its own.
  template <class WeightOf>
  [[nodiscard]] std::uint64_t count(const WeightOf& weight_of, Scratch& scratch) const {
    for (std::vector<Item>& half : scratch) {
      if (half.size() < ranks_.size()) half.resize(ranks_.size());
    }
    Item* const items = scratch[0].data();
    std::size_t kept = 0;
    for (std::size_t i = 0; i < ranks_.size(); ++i) {
      const std::uint32_t weight = weight_of(i);
      items[kept] = {ranks_[i], weight};
      kept += weight > 0 ? 1 : 0;
    }
    return count_in({items, kept}, {0, bits_}, scratch, 1);
  }

 private:
  // The ranks that start with the same bits: first, ..., first + 2^bits - 1.
  struct Ranks {
    std::uint64_t first;
    unsigned bits;
  };
  // Of items of such ranks, in the order of the sequence; they are sorted into scratch[to].
  [[nodiscard]] std::uint64_t count_in(std::span<const Item> items, Ranks ranks, Scratch& scratch,
                                       std::size_t to) const;

  std::vector<std::uint32_t> ranks_;
  std::vector<std::uint32_t> starts_;  // of each rank: how many items have a lower one; at last: all
  unsigned bits_ = 0;                  // that tell the ranks apart
};

}  // namespace nearfar
