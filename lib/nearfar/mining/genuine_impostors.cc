// `neighbors`: the --genuine K nearest positives x the --impostors K nearest negatives.
#include <numeric>

#include "nearfar/mining/strategies.h"

namespace nearfar {

void choose_neighbors(const Anchor& anchor, const MiningContext& context, std::int64_t /*limit*/,
                      Random& /*random*/, std::vector<Run>& runs) {
  std::vector<std::int32_t> genuine(anchor.positives.size());
  std::iota(genuine.begin(), genuine.end(), 0);
  const auto nearest =
      genuine.begin() + std::min<std::int64_t>(context.parameters.genuine, std::ssize(genuine));
  std::partial_sort(genuine.begin(), nearest, genuine.end(), [&](std::int32_t a, std::int32_t b) {
    return std::pair(anchor.to_positive(a), a) < std::pair(anchor.to_positive(b), b);
  });
  genuine.erase(nearest, genuine.end());
  std::sort(genuine.begin(), genuine.end());
  for (const std::int32_t p : genuine) {
    const std::int32_t begin = first_allowed(anchor, context, p);
    const auto end = static_cast<std::int32_t>(
        std::min<std::int64_t>(begin + context.parameters.impostors, anchor.negative_count()));
    if (begin < end) runs.push_back({p, begin, end});
  }
}

}  // namespace nearfar
