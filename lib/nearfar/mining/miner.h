#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "nearfar/core/export.h"
#include "nearfar/core/matrix.h"
#include "nearfar/data/dataset.h"
#include "nearfar/data/tuples.h"
#include "nearfar/metric/distance.h"
#include "nearfar/mining/strategy.h"

namespace nearfar {

struct MiningOptions {
  TupleKind kind = TupleKind::triplets;  ///< triplets or pairs
  std::string strategy = "semihard";
  std::int64_t per_anchor = -1;  ///< -1: the strategy's default; 0: no limit
  std::int64_t max = 0;          ///< of all tuples found, this many drawn by seed; 0: no limit
  std::uint64_t seed = 0;
  double margin = 0;  ///< only for the count of triplets with positive loss
  Distance distance;
  bool distances_wanted = false;
  std::function<void(std::int64_t done, std::int64_t of)>
      progress;  ///< anchors; on the calling thread; may be empty
};

/// One mined tuple. For a triplet (anchor, positive, negative) with d_ap and d_an; for a pair (anchor, other)
/// with `similar` and its distance in d_ap.
struct MinedTuple {
  std::int32_t anchor = 0;
  std::int32_t other = 0;  ///< the positive of a triplet, or the second item of a pair
  std::int32_t negative = -1;
  bool similar = true;
  float d_ap = 0;  ///< 0 unless the distances are known or wanted
  float d_an = 0;
};

struct MiningSummary {
  std::int64_t tuples = 0;            ///< handed on
  std::int64_t found = 0;             ///< triplets found, before pairs are made of them and `max` is applied
  std::int64_t anchors = 0;           ///< rows of known class
  std::int64_t without_positive = 0;  ///< anchors whose class has no other row
  std::int64_t without_negative = 0;  ///< anchors of the only class
  std::int64_t without_tuple = 0;     ///< others for which the strategy found nothing
  std::int64_t active = -1;  ///< triplets with d_ap - d_an + margin > 0; -1 when distances are unknown
};

/// Calls `emit` for every mined tuple, anchors ascending, on the calling thread. The same seed gives the same
/// tuples for any number of threads. As pairs, every triplet gives (a, p, similar) and (a, n, dissimilar),
/// each unordered pair once. Memory: O(threads x rows) and the tuples of a few anchors; with `max` also that
/// many tuples; for pairs a set of the pairs given. Throws Error (usage: unknown strategy; data: no row has
/// both a positive and a negative).
NEARFAR_EXPORT MiningSummary mine(MatrixView x, const Labels& labels, const MiningOptions& options,
                                  const std::function<void(const MinedTuple&)>& emit);

}  // namespace nearfar
