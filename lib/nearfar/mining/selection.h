#pragma once

#include <cstdint>
#include <vector>

#include "nearfar/core/random.h"
#include "nearfar/mining/anchor.h"
#include "nearfar/mining/strategy.h"

namespace nearfar {

/// A triplet of an anchor, as places in its lists.
struct Choice {
  std::int32_t positive;
  std::int32_t negative;
};

/// The triplets that a strategy allows for one anchor, in the order of positives and, for each, negatives.
/// They are counted and numbered, never listed: an anchor may have a quarter as many as rows squared.
class Selection {
 public:
  Selection() = default;
  /// Asks the strategy. O(positives log negatives), or what choose_triplets takes.
  Selection(const MiningStrategy& strategy, const Anchor& anchor, const MiningContext& context,
            std::int64_t limit, Random& random);

  /// Triplets in the runs: all of them allowed, unless the strategy has a condition
  /// (MiningStrategy::accepts).
  [[nodiscard]] std::int64_t size() const { return ends_.empty() ? 0 : ends_.back(); }
  [[nodiscard]] Choice operator[](std::int64_t i) const;
  [[nodiscard]] const std::vector<Run>& runs() const { return runs_; }

 private:
  std::vector<Run> runs_;
  std::vector<std::int64_t> ends_;  // triplets in the runs up to and with each
};

/// `limit` of the triplets (0: all), every set of that many equally likely, in order. Without a condition
/// O(limit log) operations. With one, triplets are drawn until enough are allowed, and after 64 vain attempts
/// for each that is wanted all of them are looked at.
[[nodiscard]] std::vector<Choice> draw_triplets(const MiningStrategy& strategy, const Anchor& anchor,
                                                const MiningContext& context, const Selection& selection,
                                                std::int64_t limit, Random& random);

/// The pairs of the triplets of the selection: its positives, and the negatives in any of its runs.
struct PairPlaces {
  std::vector<std::int32_t> positives;
  std::vector<std::int32_t> negatives;
};
[[nodiscard]] PairPlaces pairs_of(const std::vector<Run>& runs);
[[nodiscard]] PairPlaces pairs_of(const std::vector<Choice>& choices);
/// The pairs that a strategy chooses, at most `limit` of either sort (0: all), drawn evenly.
[[nodiscard]] PairPlaces draw_pairs(const PairChoice& choice, std::int64_t limit, Random& random);

}  // namespace nearfar
