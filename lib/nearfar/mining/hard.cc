// `hard`: the farthest positive and the nearest negative of each anchor.
#include "nearfar/mining/strategy.h"

namespace nearfar {

void choose_hard(const Anchor& anchor, std::int64_t /*limit*/, Random& /*random*/,
                 std::vector<Choice>& chosen) {
  Choice hardest{-1, -1};
  for (const std::int64_t row : anchor.same_class) {
    if (row == anchor.row) continue;
    if (hardest.positive < 0 || anchor.distance(row) > anchor.distance(hardest.positive)) {
      hardest.positive = static_cast<std::int32_t>(row);
    }
  }
  for (std::int32_t row = 0; row < static_cast<std::int32_t>(anchor.codes.size()); ++row) {
    if (!anchor.is_negative(row)) continue;
    if (hardest.negative < 0 || anchor.distance(row) < anchor.distance(hardest.negative))
      hardest.negative = row;
  }
  chosen.push_back(hardest);
}

}  // namespace nearfar
