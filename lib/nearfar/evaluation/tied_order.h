#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace nearfar {

/// Numbers in ascending order, and which of them are tied; -0 equals 0. Formed once in O(n); whatever counts
/// ranks walks it.
struct TiedOrder {
  std::vector<std::uint32_t> items;  ///< places in the input, ascending by value, equal ones by place
  std::vector<std::uint8_t> ends;  ///< of each of `items`: 1 where the next one has another value, or none is

  [[nodiscard]] std::size_t size() const { return items.size(); }
};

/// The values must not be NaN; up to 2^32 of them. Memory: 5 bytes a value, and 16 more while it sorts.
[[nodiscard]] TiedOrder tied_order(std::span<const float> values);

/// How often unit u of a resample is taken: once without `counts`.
[[nodiscard]] inline std::uint64_t taken(std::span<const std::uint32_t> counts, std::size_t u) {
  return counts.empty() ? 1 : counts[u];
}

/// Calls visit(begin, end, weight) for every group of ties: items[begin, end), taken `weight` times in all.
template <class Visit>
void each_tie(const TiedOrder& order, std::span<const std::uint32_t> counts, const Visit& visit) {
  std::uint64_t weight = 0;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    weight += taken(counts, order.items[i]);
    if (order.ends[i] == 0) continue;
    visit(begin, i + 1, weight);
    begin = i + 1;
    weight = 0;
  }
}

}  // namespace nearfar
