#pragma once

#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/evaluation/tied_order.h"

namespace nearfar {

/// Similar and dissimilar pairs that a threshold accepts: those with distance <= threshold.
struct Accepted {
  std::uint64_t similar = 0;
  std::uint64_t dissimilar = 0;
};

/// A threshold that can be told apart from all others by the pairs at hand, and what it accepts.
struct OperatingPoint {
  float threshold = 0;  ///< a distance that occurs; just below the smallest one to accept none
  Accepted accepted;
};

/// The largest share of similar pairs accepted at a limited share of dissimilar ones.
struct TarAtFar {
  double tar = 0;
  double far = 0;  ///< attained: at most the limit
  OperatingPoint point;
};

/// Verification of pairs: similar (the positive ones) against dissimilar by distance. The thresholds are all
/// that make a difference, accept-none and accept-all included; pairs of one distance are accepted together.
///
/// Formed once in O(n), 10 bytes a pair; then every measure is one pass. `counts` says how often each pair is
/// taken, in input order (a bootstrap resample, or 0 for those left out); without it each is taken once. What
/// needs both kinds of pairs is NaN when one of them is not taken. May be asked from several threads at once;
/// each keeps the last counts it was asked with in the order of distance, 4 bytes a pair, for the next
/// measure.
class NEARFAR_EXPORT Verification {
 public:
  /// Distances must not be NaN; `similar` holds 1 or 0.
  Verification(std::span<const float> distances, std::vector<std::uint8_t> similar);

  /// All pairs that are taken.
  [[nodiscard]] Accepted total(std::span<const std::uint32_t> counts = {}) const;

  /// Probability that a similar pair is nearer than a dissimilar one, ties half: Mann-Whitney U / (P N).
  [[nodiscard]] double auc(std::span<const std::uint32_t> counts = {}) const;
  /// sum over thresholds of (recall - recall at the threshold before) * precision.
  [[nodiscard]] double average_precision(std::span<const std::uint32_t> counts = {}) const;
  /// Where the share of dissimilar pairs accepted equals the share of similar ones rejected; linear between
  /// neighbouring thresholds.
  [[nodiscard]] double equal_error_rate(std::span<const std::uint32_t> counts = {}) const;
  /// Of the thresholds with the largest share of similar pairs accepted, the strictest.
  [[nodiscard]] TarAtFar tar_at_far(double limit, std::span<const std::uint32_t> counts = {}) const;

  /// The threshold with the largest `worth` of (accepted, total), the strictest of equal ones.
  template <class Worth>
  [[nodiscard]] OperatingPoint best(const Worth& worth, std::span<const std::uint32_t> counts = {}) const {
    const Accepted all = total(counts);
    OperatingPoint point{below_all(counts), {}};
    double largest = worth(Accepted{}, all);
    each_step(counts, [&](float threshold, const Accepted& accepted) {
      const double here = worth(accepted, all);
      if (here > largest) {
        largest = here;
        point = {threshold, accepted};
      }
    });
    return point;
  }

  /// Calls `visit(threshold, accepted)` at every distance that occurs, ascending; a visit that returns a bool
  /// says whether to go on.
  template <class Visit>
  void each_step(std::span<const std::uint32_t> counts, const Visit& visit) const {
    const std::span<const std::uint32_t> taken_in_order = in_order(counts);
    Accepted accepted;
    for (std::size_t i = 0; i < order_.size(); ++i) {
      const std::uint64_t times = taken(taken_in_order, i);
      const std::uint64_t similar = similar_in_order_[i] * times;
      accepted.similar += similar;
      accepted.dissimilar += times - similar;
      if (order_.ends[i] == 0) continue;
      const float distance = distances_[order_.items[i]];
      if constexpr (std::is_same_v<std::invoke_result_t<Visit, float, Accepted>, bool>) {
        if (!visit(distance, accepted)) return;
      } else {
        visit(distance, accepted);
      }
    }
  }

 private:
  // Just below the smallest distance that is taken.
  [[nodiscard]] float below_all(std::span<const std::uint32_t> counts) const;

  // The counts of the pairs by distance; the thread's until its next call. Empty for empty ones.
  [[nodiscard]] std::span<const std::uint32_t> in_order(std::span<const std::uint32_t> counts) const;

  std::uint64_t number_;              // of this object: no other one has it
  std::span<const float> distances_;  // stay with the caller
  std::vector<std::uint8_t> similar_;
  TiedOrder order_;
  std::vector<std::uint8_t> similar_in_order_;
};

}  // namespace nearfar
