// The strategies that choose pairs of an anchor. The negatives chosen are always the nearest ones, up to some
// distance.
//   all               every pair
//   multi-similarity  positives with d_ap + epsilon > the nearest negative's d_an,
//                     negatives with d_an - epsilon < the farthest positive's d_ap
//   pair-margin       positives with d_ap > pos-margin, negatives with d_an < neg-margin
//   hdc               of all positive pairs the farthest share, of all negative pairs the nearest share
#include <numeric>
#include <tuple>

#include "nearfar/mining/strategies.h"

namespace nearfar {
namespace {

template <class Chosen>
std::vector<std::int32_t> positives_where(const Anchor& anchor, Chosen chosen) {
  std::vector<std::int32_t> positives;
  for (std::int32_t p = 0; p < anchor.positive_count(); ++p) {
    if (chosen(p)) positives.push_back(p);
  }
  return positives;
}

// Whether a pair comes no later than the last one in the order of (distance, anchor, row).
bool up_to(const LastPair& last, float distance, std::int32_t anchor, std::int32_t row) {
  return std::tuple(distance, anchor, row) <= std::tuple(last.distance, last.anchor, last.row);
}

}  // namespace

PairChoice choose_all(const Anchor& anchor, const MiningContext& /*context*/) {
  return {positives_where(anchor, [](std::int32_t) { return true; }), anchor.negative_count()};
}

PairChoice choose_multi_similarity(const Anchor& anchor, const MiningContext& context) {
  if (anchor.positives.empty() || anchor.negatives.empty()) return {};
  const double epsilon = context.parameters.epsilon;
  const double nearest_negative = anchor.to_negative(0);
  const auto farthest_positive =
      static_cast<double>(*std::max_element(anchor.d_ap.begin(), anchor.d_ap.end()));
  return {positives_where(anchor,
                          [&](std::int32_t p) { return anchor.to_positive(p) + epsilon > nearest_negative; }),
          anchor.negatives_while([&](double d) { return d - epsilon < farthest_positive; })};
}

PairChoice choose_pair_margin(const Anchor& anchor, const MiningContext& context) {
  return {positives_where(
              anchor, [&](std::int32_t p) { return anchor.to_positive(p) > context.parameters.pos_margin; }),
          anchor.negatives_while([&](double d) { return d < context.parameters.neg_margin; })};
}

PairChoice choose_hdc(const Anchor& anchor, const MiningContext& context) {
  PairChoice choice;
  choice.positives = positives_where(anchor, [&](std::int32_t p) {  // the farthest first: negated distances
    const auto at = static_cast<std::size_t>(p);
    return up_to(context.hardest.positive, -anchor.d_ap[at], anchor.row, anchor.positives[at]);
  });
  std::vector<std::int32_t> places(anchor.negatives.size());
  std::iota(places.begin(), places.end(), 0);
  const auto end = std::partition_point(places.begin(), places.end(), [&](std::int32_t n) {
    const auto at = static_cast<std::size_t>(n);
    return up_to(context.hardest.negative, anchor.d_an[at], anchor.row, anchor.negatives[at]);
  });
  choice.negatives = static_cast<std::int32_t>(end - places.begin());
  return choice;
}

}  // namespace nearfar
