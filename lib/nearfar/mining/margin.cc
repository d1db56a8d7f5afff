// The strategies by the gap d_an - d_ap, which is formed in double:
//   margin           gap <= margin
//   hard-margin      gap <= 0
//   semihard-margin  0 < gap <= margin
//   easy-margin      gap > margin
// With the negatives in order of distance each of them is a run for each positive: found by bisection, never
// listed.
#include <limits>

#include "nearfar/mining/strategies.h"

namespace nearfar {
namespace {

constexpr double kNoBound = std::numeric_limits<double>::infinity();

// Every triplet with above < gap <= up_to.
void choose_gaps(const Anchor& anchor, const MiningContext& context, double above, double up_to,
                 std::vector<Run>& runs) {
  for (std::int32_t p = 0; p < anchor.positive_count(); ++p) {
    const auto negatives_with_gap_to = [&](double bound) {
      if (bound == kNoBound) return anchor.negative_count();
      return anchor.negatives_while([&](double d_an) { return d_an - anchor.to_positive(p) <= bound; });
    };
    const std::int32_t guarded = first_allowed(anchor, context, p);
    const std::int32_t begin = above == -kNoBound ? guarded : std::max(guarded, negatives_with_gap_to(above));
    const std::int32_t end = negatives_with_gap_to(up_to);
    if (begin < end) runs.push_back({p, begin, end});
  }
}

}  // namespace

void choose_margin(const Anchor& anchor, const MiningContext& context, std::int64_t /*limit*/,
                   Random& /*random*/, std::vector<Run>& runs) {
  choose_gaps(anchor, context, -kNoBound, context.parameters.margin, runs);
}

void choose_hard_margin(const Anchor& anchor, const MiningContext& context, std::int64_t /*limit*/,
                        Random& /*random*/, std::vector<Run>& runs) {
  choose_gaps(anchor, context, -kNoBound, 0, runs);
}

void choose_semihard_margin(const Anchor& anchor, const MiningContext& context, std::int64_t /*limit*/,
                            Random& /*random*/, std::vector<Run>& runs) {
  choose_gaps(anchor, context, 0, context.parameters.margin, runs);
}

void choose_easy_margin(const Anchor& anchor, const MiningContext& context, std::int64_t /*limit*/,
                        Random& /*random*/, std::vector<Run>& runs) {
  choose_gaps(anchor, context, context.parameters.margin, kNoBound, runs);
}

}  // namespace nearfar
