#include "nearfar/mining/selection.h"

#include <numeric>
#include <set>

#include "nearfar/mining/draw.h"
#include "nearfar/mining/reservoir.h"
#include "nearfar/mining/strategies.h"

namespace nearfar {
namespace {

constexpr std::int64_t kAttempts = 64;

void sort_unique(std::vector<std::int32_t>& places) {
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
}

std::vector<std::int32_t> first_places(std::int32_t count) {
  std::vector<std::int32_t> places(static_cast<std::size_t>(count));
  std::iota(places.begin(), places.end(), 0);
  return places;
}

std::vector<std::int32_t> draw_places(const std::vector<std::int32_t>& places, std::int64_t limit,
                                      Random& random) {
  if (limit == 0 || limit >= std::ssize(places)) return places;
  std::vector<std::int32_t> drawn;
  for (const std::uint64_t i : random.sample(places.size(), static_cast<std::uint64_t>(limit)))
    drawn.push_back(places[i]);
  return drawn;
}

}  // namespace

Selection::Selection(const MiningStrategy& strategy, const Anchor& anchor, const MiningContext& context,
                     std::int64_t limit, Random& random) {
  if (strategy.choose_pairs != nullptr) {
    const PairChoice choice = strategy.choose_pairs(anchor, context);
    for (const std::int32_t p : choice.positives) {
      const std::int32_t begin = first_allowed(anchor, context, p);
      if (begin < choice.negatives) runs_.push_back({p, begin, choice.negatives});
    }
  } else if (!anchor.positives.empty() && !anchor.negatives.empty()) {
    strategy.choose_triplets(anchor, context, limit, random, runs_);
  }
  std::int64_t end = 0;
  for (const Run& run : runs_) ends_.push_back(end += run.end - run.begin);
}

Choice Selection::operator[](std::int64_t i) const {
  const auto found = std::upper_bound(ends_.begin(), ends_.end(), i);
  const Run& run = runs_[static_cast<std::size_t>(found - ends_.begin())];
  return {run.positive, static_cast<std::int32_t>(run.end - (*found - i))};
}

std::vector<Choice> draw_triplets(const MiningStrategy& strategy, const Anchor& anchor,
                                  const MiningContext& context, const Selection& selection,
                                  std::int64_t limit, Random& random) {
  std::vector<Choice> chosen;
  const std::int64_t total = selection.size();
  if (strategy.accepts == nullptr) {
    const std::int64_t wanted = limit == 0 ? total : std::min(limit, total);
    for (const std::uint64_t i :
         random.sample(static_cast<std::uint64_t>(total), static_cast<std::uint64_t>(wanted)))
      chosen.push_back(selection[static_cast<std::int64_t>(i)]);
    return chosen;
  }
  const auto allowed = [&](const Choice& choice) {
    return strategy.accepts(anchor, context, choice.positive, choice.negative);
  };
  if (limit > 0 && total / kAttempts > limit) {
    std::set<std::int64_t> numbers;
    LazyPermutation order(static_cast<std::uint64_t>(total), random);
    for (std::int64_t i = 0; i < kAttempts * limit && std::ssize(numbers) < limit; ++i) {
      const auto number = static_cast<std::int64_t>(order.next());
      if (allowed(selection[number])) numbers.insert(number);
    }
    if (std::ssize(numbers) == limit) {
      for (const std::int64_t number : numbers) chosen.push_back(selection[number]);
      return chosen;
    }
  }
  // Whether the attempts were enough depends on how many are allowed, not on which, so this draw is even too.
  Reservoir<Choice> reservoir(limit, random);
  for (const Run& run : selection.runs()) {
    for (std::int32_t n = run.begin; n < run.end; ++n) {
      const Choice choice{run.positive, n};
      if (allowed(choice)) reservoir.add(choice);
    }
  }
  return reservoir.take();
}

PairPlaces pairs_of(const std::vector<Run>& runs) {
  PairPlaces pairs;
  std::vector<Run> by_begin = runs;
  for (const Run& run : runs) pairs.positives.push_back(run.positive);
  std::sort(by_begin.begin(), by_begin.end(), [](const Run& a, const Run& b) { return a.begin < b.begin; });
  std::int32_t next = 0;  // negatives below it are in the list already if any run has them
  for (const Run& run : by_begin) {
    for (std::int32_t n = std::max(next, run.begin); n < run.end; ++n) pairs.negatives.push_back(n);
    next = std::max(next, run.end);
  }
  sort_unique(pairs.positives);
  return pairs;
}

PairPlaces pairs_of(const std::vector<Choice>& choices) {
  PairPlaces pairs;
  for (const Choice& choice : choices) {
    pairs.positives.push_back(choice.positive);
    pairs.negatives.push_back(choice.negative);
  }
  sort_unique(pairs.positives);
  sort_unique(pairs.negatives);
  return pairs;
}

PairPlaces draw_pairs(const PairChoice& choice, std::int64_t limit, Random& random) {
  PairPlaces pairs;
  pairs.positives = draw_places(choice.positives, limit, random);
  pairs.negatives = draw_places(first_places(choice.negatives), limit, random);
  return pairs;
}

}  // namespace nearfar
