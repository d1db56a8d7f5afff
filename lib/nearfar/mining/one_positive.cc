// The strategies with one triplet an anchor.
//   hard:           the farthest positive, the nearest negative
//   hard-semihard:  the farthest positive, the nearest negative strictly farther than it
//   easy-semihard:  the nearest positive, the nearest negative strictly farther than it
// With a guard the negatives that it drops for that positive do not count.
#include "nearfar/mining/strategies.h"

namespace nearfar {
namespace {

// The places are in the order of rows, so the first of equal ones is the lower row.
std::int32_t farthest_positive(const Anchor& anchor) {
  return static_cast<std::int32_t>(std::max_element(anchor.d_ap.begin(), anchor.d_ap.end()) -
                                   anchor.d_ap.begin());
}

std::int32_t nearest_positive(const Anchor& anchor) {
  return static_cast<std::int32_t>(std::min_element(anchor.d_ap.begin(), anchor.d_ap.end()) -
                                   anchor.d_ap.begin());
}

void add(Run run, std::vector<Run>& runs) {
  if (run.begin < run.end) runs.push_back(run);
}

}  // namespace

void choose_hard(const Anchor& anchor, const MiningContext& context, std::int64_t /*limit*/,
                 Random& /*random*/, std::vector<Run>& runs) {
  const std::int32_t positive = farthest_positive(anchor);
  const std::int32_t negative = first_allowed(anchor, context, positive);
  add({positive, negative, std::min(negative + 1, anchor.negative_count())}, runs);
}

void choose_hard_semihard(const Anchor& anchor, const MiningContext& context, std::int64_t /*limit*/,
                          Random& /*random*/, std::vector<Run>& runs) {
  add(semihard_run(anchor, context, farthest_positive(anchor)), runs);
}

void choose_easy_semihard(const Anchor& anchor, const MiningContext& context, std::int64_t /*limit*/,
                          Random& /*random*/, std::vector<Run>& runs) {
  add(semihard_run(anchor, context, nearest_positive(anchor)), runs);
}

}  // namespace nearfar
