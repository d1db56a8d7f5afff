#pragma once

#include <algorithm>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "nearfar/core/random.h"
#include "nearfar/mining/anchor.h"

namespace nearfar {

/// A random permutation of [0, n), drawn as far as it is asked for: time and memory O(numbers asked for).
class LazyPermutation {
 public:
  LazyPermutation(std::uint64_t n, Random& random) : n_(n), random_(random) {}

  [[nodiscard]] bool done() const { return taken_ == n_; }
  /// The next number; there must be one.
  std::uint64_t next() {
    // Fisher-Yates over an array that holds i at place i, except where moved_ says otherwise.
    const std::uint64_t at = taken_ + random_.below(n_ - taken_);
    const auto value_at = [&](std::uint64_t place) {
      const auto found = moved_.find(place);
      return found == moved_.end() ? place : found->second;
    };
    const std::uint64_t value = value_at(at);
    moved_[at] = value_at(taken_);
    ++taken_;
    return value;
  }

 private:
  std::uint64_t n_;
  Random& random_;
  std::uint64_t taken_ = 0;
  std::unordered_map<std::uint64_t, std::uint64_t> moved_;
};

/// For strategies that give each positive one negative: run_of(p), a run of one triplet or of none, for all
/// positives, or with a limit for the first `limit` of a random permutation that have one. So every set of
/// that many positives with a negative is equally likely, and positives without one are only met, not sought.
template <class RunOf>
void draw_positives(const Anchor& anchor, std::int64_t limit, Random& random, std::vector<Run>& runs,
                    RunOf run_of) {
  const auto add = [&](std::int32_t positive) {
    const Run run = run_of(positive);
    if (run.begin < run.end) runs.push_back(run);
  };
  if (limit == 0 || limit >= anchor.positive_count()) {
    for (std::int32_t p = 0; p < anchor.positive_count(); ++p) add(p);
    return;
  }
  const std::size_t enough = runs.size() + static_cast<std::size_t>(limit);
  LazyPermutation order(anchor.positives.size(), random);
  while (runs.size() < enough && !order.done()) add(static_cast<std::int32_t>(order.next()));
  std::sort(runs.begin(), runs.end(), [](const Run& a, const Run& b) { return a.positive < b.positive; });
}

}  // namespace nearfar
