// `semihard`: for an anchor and a positive the nearest negative strictly farther than the positive; pairs
// beyond which no negative lies have no triplet.
#include <algorithm>
#include <limits>
#include <utility>

#include "nearfar/mining/strategy.h"

namespace nearfar {

void choose_semihard(const Anchor& anchor, std::int64_t limit, Random& random, std::vector<Choice>& chosen) {
  std::vector<std::pair<float, std::int32_t>> negatives;
  negatives.reserve(static_cast<std::size_t>(anchor.negatives));
  float farthest = -std::numeric_limits<float>::infinity();  // a negated product is any number
  for (std::int32_t row = 0; row < static_cast<std::int32_t>(anchor.codes.size()); ++row) {
    if (!anchor.is_negative(row)) continue;
    negatives.emplace_back(anchor.distance(row), row);
    farthest = std::max(farthest, anchor.distance(row));
  }
  std::vector<std::int32_t> positives;  // with a negative beyond them
  for (const std::int64_t row : anchor.same_class) {
    if (row != anchor.row && anchor.distance(row) < farthest)
      positives.push_back(static_cast<std::int32_t>(row));
  }
  if (limit > 0 && static_cast<std::size_t>(limit) < positives.size()) {
    std::vector<std::int32_t> drawn;
    for (const std::uint64_t i : random.sample(positives.size(), static_cast<std::uint64_t>(limit)))
      drawn.push_back(positives[i]);
    positives = std::move(drawn);
  }
  constexpr std::size_t kScan =
      16;  // up to so many positives a scan each is cheaper than sorting the negatives
  const bool sorted = positives.size() > kScan;
  if (sorted) std::sort(negatives.begin(), negatives.end());
  for (const std::int32_t positive : positives) {
    const float bound = anchor.distance(positive);
    if (sorted) {
      const auto beyond =
          std::upper_bound(negatives.begin(), negatives.end(), bound,
                           [](float d, const std::pair<float, std::int32_t>& n) { return d < n.first; });
      chosen.push_back({positive, beyond->second});
      continue;
    }
    std::pair<float, std::int32_t> best{0, -1};
    for (const auto& negative : negatives) {
      if (negative.first > bound && (best.second < 0 || negative.first < best.first)) best = negative;
    }
    chosen.push_back({positive, best.second});
  }
}

}  // namespace nearfar
