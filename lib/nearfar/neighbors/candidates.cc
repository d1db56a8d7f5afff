#include "nearfar/neighbors/candidates.h"

#include <algorithm>
#include <limits>

namespace nearfar {

Candidates::Candidates(const Brackets& brackets, std::int64_t lists, std::int64_t k)
    : brackets_(brackets),
      k_(k),
      capacity_(k + std::max<std::int64_t>(16, k / 2)),
      entries_(static_cast<std::size_t>(lists * capacity_)),
      sizes_(static_cast<std::size_t>(lists)),
      thresholds_(static_cast<std::size_t>(lists), std::numeric_limits<float>::infinity()) {}

void Candidates::offer(std::int64_t list, std::int64_t q, std::int64_t g, float closeness) {
  const float low = brackets_.query().low[static_cast<std::size_t>(q)] +
                    brackets_.gallery().low[static_cast<std::size_t>(g)] - closeness;
  const auto at = static_cast<std::size_t>(list);
  if (low > thresholds_[at]) return;
  begin(list)[sizes_[at]++] = {low, static_cast<std::int32_t>(g)};
  if (sizes_[at] == capacity_) shrink(list, q);
}

// The k-th smallest upper bound is a bound for the key of the k-th nearest. Where too many rows lie within
// the uncertainty of the bounds (copies of one row, say), they are measured and the k best kept.
void Candidates::shrink(std::int64_t list, std::int64_t q) {
  const auto at = static_cast<std::size_t>(list);
  Candidate* const first = begin(list);
  Candidate* last = first + sizes_[at];
  thread_local std::vector<float> high;
  high.clear();
  const float own_gap = brackets_.query().gap[static_cast<std::size_t>(q)];
  for (const Candidate* c = first; c != last; ++c)
    high.push_back(c->low + (own_gap + brackets_.gallery().gap[static_cast<std::size_t>(c->row)]));
  std::nth_element(high.begin(), high.begin() + (k_ - 1), high.end());
  thresholds_[at] = std::min(thresholds_[at], high[static_cast<std::size_t>(k_ - 1)]);
  last = std::remove_if(first, last, [&](const Candidate& c) { return c.low > thresholds_[at]; });
  sizes_[at] = static_cast<std::int32_t>(last - first);
  if (sizes_[at] <= capacity_ - (capacity_ - k_ + 3) / 4) return;
  const std::vector<Measured>& best = measure(list, q);
  thresholds_[at] = std::min(thresholds_[at], round_up(brackets_.key(best.back().distance)));
  std::transform(best.begin(), best.end(), first, [](const Measured& m) { return m.candidate; });
  sizes_[at] = static_cast<std::int32_t>(best.size());
}

// The k best of the list; the vector belongs to the thread and is good until its next call.
std::vector<Candidates::Measured>& Candidates::measure(std::int64_t list, std::int64_t q) {
  thread_local std::vector<Measured> best;
  best.clear();
  const Candidate* const first = begin(list);
  for (const Candidate* c = first; c != first + sizes_[static_cast<std::size_t>(list)]; ++c)
    best.push_back({brackets_.distance(q, c->row), *c});
  const auto end = best.begin() + std::min<std::int64_t>(k_, std::ssize(best));
  std::partial_sort(best.begin(), end, best.end(), [&](const Measured& a, const Measured& b) {
    if (a.distance != b.distance) return (a.distance < b.distance) != brackets_.farthest();
    return a.candidate.row < b.candidate.row;
  });
  best.erase(end, best.end());
  return best;
}

void Candidates::finish(std::int64_t list, std::int64_t q, std::vector<Neighbor>& best) {
  if (sizes_[static_cast<std::size_t>(list)] > k_) shrink(list, q);
  best.clear();
  for (const Measured& m : measure(list, q)) best.push_back({m.candidate.row, m.distance});
}

}  // namespace nearfar
