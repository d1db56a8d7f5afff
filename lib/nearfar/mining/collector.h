#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <unordered_set>
#include <vector>

#include "nearfar/core/random.h"
#include "nearfar/mining/found_tuples.h"
#include "nearfar/mining/miner.h"
#include "nearfar/mining/reservoir.h"

namespace nearfar {

/// Takes what was found for one anchor after the other, leaves out pairs that were there before, draws `max`
/// of all and hands them on, and counts.
class Collector {
 public:
  Collector(const MiningOptions& options, const std::function<void(const MinedTuple&)>& emit);

  void add(const FoundTuples& found);
  /// To be called before add(): no pair will come twice.
  void expect_no_repeats() { seeks_repeats_ = false; }
  /// To be called before add(): the tuples to come are the `max` drawn already, of so many that there are.
  void expect_drawn(std::int64_t of_all);
  /// Hands on what is left. To be called once, at the end.
  void finish();

  MiningSummary summary;

 private:
  void add_tuple(const MinedTuple& tuple);
  void hand_on(const MinedTuple& tuple);

  const MiningOptions& options_;
  const std::function<void(const MinedTuple&)>& emit_;
  Random random_;
  std::optional<Reservoir<MinedTuple>> reservoir_;  // none: straight through
  bool seeks_repeats_;
  bool counts_ = true;
  std::unordered_set<std::uint64_t> pairs_;
};

}  // namespace nearfar
