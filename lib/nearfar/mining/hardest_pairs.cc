#include "nearfar/mining/hardest_pairs.h"

#include <array>
#include <atomic>
#include <cmath>
#include <memory>
#include <vector>

#include "nearfar/core/ordered_float.h"

namespace nearfar {
namespace {

constexpr std::uint32_t kHalf = 16;  // bits that a pass decides
constexpr std::uint32_t kMask = (1U << kHalf) - 1;

// Finds the `rank`-th smallest of many numbers of 32 bits, which pass by twice, by counting: first their
// upper halves, then the lower halves of those that have the right upper half. count() from all threads.
class RankSelection {
 public:
  RankSelection() : counts_(std::make_unique<std::array<std::atomic<std::int64_t>, 1U << kHalf>>()) {}

  void count(std::uint32_t number) {
    if (!half_known_) {
      (*counts_)[number >> kHalf].fetch_add(1, std::memory_order_relaxed);
    } else if (number >> kHalf == upper_) {
      (*counts_)[number & kMask].fetch_add(1, std::memory_order_relaxed);
    }
  }
  // Ends a pass; the first one takes the share of the numbers that are wanted.
  void end_pass(double share) {
    if (!half_known_) {
      std::int64_t total = 0;
      for (const auto& bin : *counts_) total += bin;
      rank_ = static_cast<std::int64_t>(std::ceil(share * static_cast<double>(total)));
    }
    std::uint32_t bin = 0;
    while (bin < kMask && rank_ > (*counts_)[bin]) rank_ -= (*counts_)[bin++];
    (half_known_ ? lower_ : upper_) = bin;
    half_known_ = true;
    for (auto& counter : *counts_) counter = 0;
  }

  [[nodiscard]] std::uint32_t number() const { return upper_ << kHalf | lower_; }
  /// How many of the equal ones belong to the wanted ones.
  [[nodiscard]] std::int64_t wanted_of_equal() const { return rank_; }

 private:
  std::unique_ptr<std::array<std::atomic<std::int64_t>, 1U << kHalf>> counts_;
  bool half_known_ = false;
  std::uint32_t upper_ = 0;
  std::uint32_t lower_ = 0;
  std::int64_t rank_ = 0;
};

// One side, positive or negative pairs: use(number in the order of hardness, row of the pair).
template <class Use>
void each_positive(const Anchor& anchor, Use use) {
  for (std::size_t p = 0; p < anchor.d_ap.size(); ++p)
    use(ordered_bits(-anchor.d_ap[p]), anchor.positives[p]);
}
template <class Use>
void each_negative(const Anchor& anchor, Use use) {
  for (std::size_t n = 0; n < anchor.d_an.size(); ++n) use(ordered_bits(anchor.d_an[n]), anchor.negatives[n]);
}

// The last wanted one of the equal pairs, which are counted for each anchor.
template <class Each>
LastPair last_pair(const AnchorSource& source, const RankSelection& selection,
                   const std::vector<std::int64_t>& equal, Each each) {
  LastPair last;
  std::int64_t left = selection.wanted_of_equal();
  if (left == 0) return last;
  std::size_t anchor = 0;
  while (left > equal[anchor]) left -= equal[anchor++];
  std::vector<std::int32_t> rows;
  const auto row = static_cast<std::int64_t>(anchor);
  source.for_each(row, row + 1, [&](Anchor&& found) {
    each(found, [&](std::uint32_t number, std::int32_t other) {
      if (number == selection.number()) rows.push_back(other);
    });
  });
  std::sort(rows.begin(), rows.end());
  last.distance = from_ordered_bits(selection.number());
  last.anchor = static_cast<std::int32_t>(anchor);
  last.row = rows[static_cast<std::size_t>(left - 1)];
  return last;
}

}  // namespace

HardestPairs hardest_pairs(const AnchorSource& source, std::int64_t rows, double share) {
  RankSelection positive;
  RankSelection negative;
  for (int pass = 0; pass < 2; ++pass) {
    source.for_each(0, rows, [&](Anchor&& anchor) {
      each_positive(anchor, [&](std::uint32_t number, std::int32_t) { positive.count(number); });
      each_negative(anchor, [&](std::uint32_t number, std::int32_t) { negative.count(number); });
    });
    positive.end_pass(share);
    negative.end_pass(share);
  }
  std::vector<std::int64_t> equal_positive(static_cast<std::size_t>(rows));
  std::vector<std::int64_t> equal_negative(static_cast<std::size_t>(rows));
  source.for_each(0, rows, [&](Anchor&& anchor) {
    const auto at = static_cast<std::size_t>(anchor.row);
    each_positive(anchor, [&](std::uint32_t number, std::int32_t) {
      equal_positive[at] += number == positive.number() ? 1 : 0;
    });
    each_negative(anchor, [&](std::uint32_t number, std::int32_t) {
      equal_negative[at] += number == negative.number() ? 1 : 0;
    });
  });
  const auto positives_of = [](const Anchor& anchor, auto use) { each_positive(anchor, use); };
  const auto negatives_of = [](const Anchor& anchor, auto use) { each_negative(anchor, use); };
  return {last_pair(source, positive, equal_positive, positives_of),
          last_pair(source, negative, equal_negative, negatives_of)};
}

}  // namespace nearfar
