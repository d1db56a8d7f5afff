#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "nearfar/core/random.h"
#include "nearfar/mining/anchor.h"
#include "nearfar/mining/miner.h"
#include "nearfar/mining/selection.h"

namespace nearfar {

/// Why an anchor has no tuple.
enum class Without { none, positive, negative, listed_positive, listed_negative, ranked, allowed };

/// What was found for one anchor: tuples, or triplets that are not listed.
struct FoundTuples {
  struct Unlisted {
    Anchor anchor;
    Selection selection;
    [[nodiscard]] MinedTuple operator[](std::int64_t i) const;
  };
  std::vector<MinedTuple> tuples;
  std::optional<Unlisted> unlisted;
  Without without = Without::none;  ///< set by the miner where there are none

  [[nodiscard]] bool empty() const { return tuples.empty() && !unlisted; }
};

/// The triplet at these places of an anchor's lists.
[[nodiscard]] MinedTuple tuple_of(const Anchor& anchor, const Choice& choice);

/// What a strategy gives for an anchor, at most `limit` tuples (0: no limit). Triplets (and quadruplets)
/// without a limit stay unlisted unless the strategy has a condition. As pairs: at most `limit` of either
/// sort where the strategy chooses pairs and there is no guard, else the pairs of the triplets. `without` is
/// left as it is.
[[nodiscard]] FoundTuples find_tuples(const MiningStrategy& strategy, const Anchor& anchor,
                                      const MiningContext& context, bool as_pairs, std::int64_t limit,
                                      Random& random);

}  // namespace nearfar
