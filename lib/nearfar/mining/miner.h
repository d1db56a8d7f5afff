#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "nearfar/core/export.h"
#include "nearfar/core/matrix.h"
#include "nearfar/data/dataset.h"
#include "nearfar/data/neighbor_lists.h"
#include "nearfar/data/tuples.h"
#include "nearfar/metric/distance.h"
#include "nearfar/mining/strategy.h"

namespace nearfar {

/// Ranks, from 1, that an anchor's negatives may have in the order of (distance, row).
struct RankRange {
  std::int64_t from = 1;
  std::int64_t to = 0;  ///< 0: no end

  [[nodiscard]] bool everything() const { return from == 1 && to == 0; }
};
/// "10-50", or "10-" without an end. Throws Error (usage).
[[nodiscard]] NEARFAR_EXPORT RankRange parse_rank_range(std::string_view text);

struct MiningOptions {
  TupleKind kind = TupleKind::triplets;
  std::string strategy = "semihard";
  std::int64_t per_anchor = -1;  ///< -1: the strategy's default; 0: no limit
  std::int64_t max = 0;          ///< of all tuples found, this many drawn by seed; 0: no limit
  std::uint64_t seed = 0;
  StrategyParameters parameters;
  RankRange ranks;
  Distance distance;
  /// If set, the candidates of each row with their distances; the rows themselves are then not read.
  const NeighborLists* candidates = nullptr;
  /// Anchors done in the pass under way, on the calling thread; may be empty.
  std::function<void(std::int64_t done, std::int64_t of)> progress;
};

/// One mined tuple. A triplet (anchor, positive `other`, negative) with its two distances, or a pair (anchor,
/// other) with its value and its distance in d_ap.
struct MinedTuple {
  std::int32_t anchor = 0;
  std::int32_t other = 0;
  std::int32_t negative = -1;
  float value = 1;  ///< of a pair: 1 similar, 0 dissimilar, or the similarity
  float d_ap = 0;
  float d_an = 0;
};

struct MiningSummary {
  std::int64_t tuples = 0;             ///< handed on
  std::int64_t found = 0;              ///< before `max` is applied
  std::int64_t active = 0;             ///< of those handed on, with a positive loss: see mine()
  std::int64_t anchors = 0;            ///< rows of known class, and of them without any tuple:
  std::int64_t without_positive = 0;   ///< no other row is similar
  std::int64_t without_negative = 0;   ///< every other row is
  std::int64_t unlisted_positive = 0;  ///< `candidates` holds no similar row
  std::int64_t unlisted_negative = 0;  ///< it holds some, and no other row
  std::int64_t outside_ranks = 0;      ///< no negative has a rank in the range
  std::int64_t without_tuple = 0;      ///< the strategy allows none
};

/// Calls `emit` for every mined tuple, anchors ascending, on the calling thread. The same seed gives the same
/// tuples for any number of threads.
///
/// Triplets and quadruplets are the strategy's. Pairs are (a, p, similar) and (a, n, dissimilar), each
/// unordered pair once: those that the strategy chooses if it chooses pairs and there is no guard (at most
/// per_anchor of either sort for an anchor), else those of its triplets.
///
/// A triplet has a positive loss where d_ap - d_an + margin > 0, a similar pair where its distance is above
/// 0, a dissimilar one where it is below the margin.
///
/// Strategies with a search plan go through exact neighbour search, those that look at no distance draw the
/// numbers of tuples; the others look at the distances of one anchor after the other. Memory: threads x 8 x
/// rows x 4 bytes, what 256 anchors have (16 without a limit), and for a search its answers; with `max` also
/// that many tuples; for pairs a set of those given.
///
/// Throws Error (usage: unknown strategy, one that has no meaning for the distance or cannot work from
/// candidates; data: no row has both a positive and a negative, or the rows do not suit the strategy).
NEARFAR_EXPORT MiningSummary mine(MatrixView x, const Labels& labels, const MiningOptions& options,
                                  const std::function<void(const MinedTuple&)>& emit);

/// Pairs graded by how near their targets (one a row) are: 1 - |t_a - t_b| / (greatest - least target). The
/// strategy is `all` (every unordered pair) or `random` (per_anchor pairs of each row). `x` may be without
/// columns, d_ap is then 0. Throws Error (usage: another strategy; data: fewer than two rows, or all targets
/// equal).
NEARFAR_EXPORT MiningSummary mine_graded(MatrixView x, std::span<const double> targets,
                                         const MiningOptions& options,
                                         const std::function<void(const MinedTuple&)>& emit);

}  // namespace nearfar
