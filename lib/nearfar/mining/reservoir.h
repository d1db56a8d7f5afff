#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "nearfar/core/random.h"

namespace nearfar {

/// Keeps `max` of the items that pass by (0: all of them), every set of that many equally likely, in the
/// order in which they came. Memory O(max); items that are not kept are not even made, so that runs of them
/// pass in O(kept) (algorithm L: Li 1994, doi:10.1145/198429.198435).
template <class Item>
class Reservoir {
 public:
  Reservoir(std::int64_t max, Random& random) : max_(max), random_(random) {}

  [[nodiscard]] std::int64_t seen() const { return seen_; }

  void add(const Item& item) {
    add_run(1, [&](std::int64_t) { return item; });
  }

  /// `count` items at once; item(i) makes the i-th of them.
  template <class Make>
  void add_run(std::int64_t count, Make item) {
    const std::int64_t begin = seen_;
    const std::int64_t end = seen_ += count;
    while (next_ < end) {
      const std::int64_t at = next_++;
      Kept kept{at, item(at - begin)};
      if (max_ == 0 || std::ssize(kept_) < max_) {
        kept_.push_back(std::move(kept));
        if (max_ == 0 || std::ssize(kept_) < max_) continue;
      } else {
        kept_[static_cast<std::size_t>(random_.below(kept_.size()))] = std::move(kept);
      }
      skip();
    }
  }

  /// The items kept; nothing may be added after it.
  [[nodiscard]] std::vector<Item> take() {
    std::sort(kept_.begin(), kept_.end(), [](const Kept& a, const Kept& b) { return a.order < b.order; });
    std::vector<Item> items;
    items.reserve(kept_.size());
    for (Kept& kept : kept_) items.push_back(std::move(kept.item));
    kept_.clear();
    return items;
  }

 private:
  struct Kept {
    std::int64_t order;
    Item item;
  };

  // w_ has the distribution of the largest of max_ uniform numbers, each time out of those below the last
  // one; how many items pass before the next is kept is geometric with probability w_.
  void skip() {
    constexpr double kFar = 0x1p62;
    w_ *= std::exp(std::log(1 - random_.uniform()) / static_cast<double>(max_));
    const double passed = std::floor(std::log(1 - random_.uniform()) / std::log1p(-w_));
    next_ += passed < kFar - static_cast<double>(next_) ? static_cast<std::int64_t>(passed)
                                                        : static_cast<std::int64_t>(kFar) - next_;
  }

  std::int64_t max_;
  Random& random_;
  std::int64_t seen_ = 0;
  std::int64_t next_ = 0;  // number of the next item that is kept
  double w_ = 1;
  std::vector<Kept> kept_;
};

}  // namespace nearfar
