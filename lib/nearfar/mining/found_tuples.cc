#include "nearfar/mining/found_tuples.h"

#include <utility>

namespace nearfar {
namespace {

void add_pairs(const Anchor& anchor, const PairPlaces& pairs, std::vector<MinedTuple>& tuples) {
  for (const std::int32_t p : pairs.positives) {
    const auto at = static_cast<std::size_t>(p);
    tuples.push_back({anchor.row, anchor.positives[at], -1, 1, anchor.d_ap[at], 0});
  }
  for (const std::int32_t n : pairs.negatives) {
    const auto at = static_cast<std::size_t>(n);
    tuples.push_back({anchor.row, anchor.negatives[at], -1, 0, anchor.d_an[at], 0});
  }
}

}  // namespace

MinedTuple tuple_of(const Anchor& anchor, const Choice& choice) {
  const auto p = static_cast<std::size_t>(choice.positive);
  const auto n = static_cast<std::size_t>(choice.negative);
  return {anchor.row, anchor.positives[p], anchor.negatives[n], 1, anchor.d_ap[p], anchor.d_an[n]};
}

MinedTuple FoundTuples::Unlisted::operator[](std::int64_t i) const { return tuple_of(anchor, selection[i]); }

FoundTuples find_tuples(const MiningStrategy& strategy, const Anchor& anchor, const MiningContext& context,
                        bool as_pairs, std::int64_t limit, Random& random) {
  FoundTuples found;
  if (as_pairs && strategy.choose_pairs != nullptr && context.parameters.guard == 0) {
    add_pairs(anchor, draw_pairs(strategy.choose_pairs(anchor, context), limit, random), found.tuples);
    return found;
  }
  Selection selection(strategy, anchor, context, limit, random);
  if (limit == 0 && strategy.accepts == nullptr) {
    if (as_pairs) {
      add_pairs(anchor, pairs_of(selection.runs()), found.tuples);
    } else if (selection.size() > 0) {
      found.unlisted = {anchor, std::move(selection)};
    }
    return found;
  }
  const std::vector<Choice> chosen = draw_triplets(strategy, anchor, context, selection, limit, random);
  if (as_pairs) {
    add_pairs(anchor, pairs_of(chosen), found.tuples);
  } else {
    for (const Choice& choice : chosen) found.tuples.push_back(tuple_of(anchor, choice));
  }
  return found;
}

}  // namespace nearfar
