// `semihard`: for every anchor and positive the nearest negative strictly farther than the positive. A pair
// beyond which no negative lies has no triplet.
#include "nearfar/mining/draw.h"
#include "nearfar/mining/strategies.h"

namespace nearfar {

Run semihard_run(const Anchor& anchor, const MiningContext& context, std::int32_t positive) {
  const double bound = anchor.to_positive(positive);
  const std::int32_t beyond = anchor.negatives_while([&](double d) { return d <= bound; });
  const std::int32_t begin = std::max(beyond, first_allowed(anchor, context, positive));
  return {positive, begin, std::min(begin + 1, anchor.negative_count())};
}

void choose_semihard(const Anchor& anchor, const MiningContext& context, std::int64_t limit, Random& random,
                     std::vector<Run>& runs) {
  draw_positives(anchor, limit, random, runs,
                 [&](std::int32_t positive) { return semihard_run(anchor, context, positive); });
}

}  // namespace nearfar
