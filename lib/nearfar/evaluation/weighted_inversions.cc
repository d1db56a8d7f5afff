#include "nearfar/evaluation/weighted_inversions.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace nearfar {
namespace {

using Item = WeightedInversions::Item;

// So many are compared each with each: faster than to sort them.
constexpr std::size_t kFew = 12;

std::uint64_t count_each(std::span<const Item> items) {
  std::uint64_t inversions = 0;
  for (std::size_t j = 1; j < items.size(); ++j) {
    std::uint32_t above = 0;
    for (std::size_t i = 0; i < j; ++i)
      above += items[i].weight & (0U - std::uint32_t{items[i].rank > items[j].rank});
    inversions += std::uint64_t{items[j].weight} * above;
  }
  return inversions;
}

}  // namespace

WeightedInversions::WeightedInversions(std::vector<std::uint32_t> ranks) : ranks_(std::move(ranks)) {
  const std::uint32_t highest = ranks_.empty() ? 0 : *std::max_element(ranks_.begin(), ranks_.end());
  bits_ = static_cast<unsigned>(std::bit_width(highest));
  starts_.resize(std::size_t{highest} + 2);
  for (const std::uint32_t rank : ranks_) ++starts_[std::size_t{rank} + 1];
  for (std::size_t r = 1; r < starts_.size(); ++r) starts_[r] += starts_[r - 1];
}

// A pair of the wrong order is seen where the two part: the lower rank comes behind the higher one. Each half
// of the ranks has its own place in the scratch, large enough for all of its items.
std::uint64_t WeightedInversions::count_in(std::span<const Item> items, Ranks ranks, Scratch& scratch,
                                           std::size_t to) const {
  if (ranks.bits == 0 || items.size() < 2) return 0;
  if (items.size() <= kFew) return count_each(items);
  const unsigned bits = ranks.bits - 1;
  const std::uint64_t middle = ranks.first + (std::uint64_t{1} << bits);
  if (middle >= rank_count()) return count_in(items, {ranks.first, bits}, scratch, to);
  Item* const scratch_to = scratch[to].data();
  const std::uint32_t low_begin = starts_[ranks.first];
  const std::uint32_t high_begin = starts_[middle];
  std::uint32_t low = low_begin;
  std::uint32_t high = high_begin;
  std::uint64_t inversions = 0;
  std::uint32_t high_weight = 0;
  for (const Item item : items) {  // without a branch: which half comes next cannot be foreseen
    const std::uint32_t is_high = item.rank >= middle ? 1 : 0;
    const std::uint32_t mask = 0 - is_high;  // all bits, or none
    inversions += std::uint64_t{item.weight & ~mask} * high_weight;
    high_weight += item.weight & mask;
    scratch_to[is_high != 0 ? high : low] = item;
    high += is_high;
    low += 1 - is_high;
  }
  return inversions +
         count_in({scratch_to + low_begin, scratch_to + low}, {ranks.first, bits}, scratch, 1 - to) +
         count_in({scratch_to + high_begin, scratch_to + high}, {middle, bits}, scratch, 1 - to);
}

}  // namespace nearfar
