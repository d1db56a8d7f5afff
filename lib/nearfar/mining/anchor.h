#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace nearfar {

/// What a strategy sees of one anchor: who may be its positive and who its negative, and how far each is.
/// Rows are those of the data set or of the batch, whatever the distances were taken over.
struct Anchor {
  std::int32_t row = 0;
  std::vector<std::int32_t> positives;  ///< rows, ascending
  std::vector<float> d_ap;              ///< distance of each positive
  std::vector<std::int32_t> negatives;  ///< rows, in the order of (distance, row)
  std::vector<float> d_an;              ///< distance of each negative, ascending

  [[nodiscard]] std::int32_t positive_count() const { return static_cast<std::int32_t>(positives.size()); }
  [[nodiscard]] std::int32_t negative_count() const { return static_cast<std::int32_t>(negatives.size()); }
  [[nodiscard]] double to_positive(std::int32_t p) const {
    return static_cast<double>(d_ap[static_cast<std::size_t>(p)]);
  }
  [[nodiscard]] double to_negative(std::int32_t n) const {
    return static_cast<double>(d_an[static_cast<std::size_t>(n)]);
  }

  /// How many negatives have a distance for which `nearer` holds: those are the first ones. `nearer` must
  /// hold up to some distance and not beyond it.
  template <class Nearer>
  [[nodiscard]] std::int32_t negatives_while(Nearer nearer) const {
    const auto end = std::partition_point(d_an.begin(), d_an.end(),
                                          [&](float d) { return nearer(static_cast<double>(d)); });
    return static_cast<std::int32_t>(end - d_an.begin());
  }
};

/// Triplets of one anchor that are not listed: positive `positive` with each of the negatives [begin, end).
/// All three are places in the anchor's lists.
struct Run {
  std::int32_t positive;
  std::int32_t begin;
  std::int32_t end;
};

/// Pairs of one anchor: these of its positives (places, ascending) with it, and it with its first `negatives`
/// negatives.
struct PairChoice {
  std::vector<std::int32_t> positives;
  std::int32_t negatives = 0;
};

}  // namespace nearfar
