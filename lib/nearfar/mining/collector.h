#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <unordered_set>
#include <vector>

#include "nearfar/core/random.h"
#include "nearfar/mining/miner.h"
#include "nearfar/mining/reservoir.h"
#include "nearfar/mining/selection.h"

namespace nearfar {

/// Why an anchor has no tuple.
enum class Without { none, positive, negative, listed_positive, listed_negative, ranked, allowed };

/// What was found for one anchor: tuples, or triplets that are not listed.
struct FoundTuples {
  struct Unlisted {
    Anchor anchor;
    Selection selection;
    [[nodiscard]] MinedTuple operator[](std::int64_t i) const;
  };
  std::vector<MinedTuple> tuples;
  std::optional<Unlisted> unlisted;
  Without without = Without::none;  ///< set where there are none
};

/// The triplet at these places of an anchor's lists.
[[nodiscard]] MinedTuple tuple_of(const Anchor& anchor, const Choice& choice);

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
