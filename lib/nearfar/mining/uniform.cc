// `all` and `random`: every triplet of an anchor, or some drawn with equal chances.
#include "nearfar/mining/strategy.h"

namespace nearfar {

void choose_all(const Anchor& anchor, std::int64_t limit, Random& random, std::vector<Choice>& chosen) {
  std::vector<std::int32_t> negatives;
  negatives.reserve(static_cast<std::size_t>(anchor.negatives));
  for (std::int32_t row = 0; row < static_cast<std::int32_t>(anchor.codes.size()); ++row) {
    if (anchor.is_negative(row)) negatives.push_back(row);
  }
  std::vector<std::int32_t> positives;
  for (const std::int64_t row : anchor.same_class) {
    if (row != anchor.row) positives.push_back(static_cast<std::int32_t>(row));
  }
  // Triplet t of the anchor is (positive t / N, negative t % N): the drawn ones are listed, never all of
  // them.
  const std::uint64_t total = positives.size() * negatives.size();
  if (limit > 0 && static_cast<std::uint64_t>(limit) < total) {
    for (const std::uint64_t t : random.sample(total, static_cast<std::uint64_t>(limit))) {
      chosen.push_back({positives[t / negatives.size()], negatives[t % negatives.size()]});
    }
    return;
  }
  for (const std::int32_t positive : positives) {
    for (const std::int32_t negative : negatives) chosen.push_back({positive, negative});
  }
}

}  // namespace nearfar
