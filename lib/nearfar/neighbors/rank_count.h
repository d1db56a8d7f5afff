#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/core/matrix.h"
#include "nearfar/metric/distance.h"
#include "nearfar/neighbors/nearest.h"

namespace nearfar {

/// Where relevant items of a query stand among all its candidates.
struct RankGroup {
  float distance = 0;         ///< of the relevant items of this group
  std::int64_t nearer = 0;    ///< candidates strictly nearer
  std::int64_t items = 0;     ///< candidates at this distance, relevant ones included
  std::int64_t relevant = 0;  ///< of them
  bool tied = false;          ///< a candidate that is not relevant is at this distance
};

struct RankOptions {
  Distance distance;
  /// Fills `rows` with the gallery rows relevant to query q, ascending. Called from all threads.
  std::function<void(std::int64_t q, std::vector<std::int32_t>& rows)> relevant;
  /// The same for the rows that are no candidates of q, none of them relevant; empty: all rows are.
  std::function<void(std::int64_t q, std::vector<std::int32_t>& rows)> excluded;
  /// Of rows at the same distance the lower one counts as nearer, so that every group has one item.
  bool ties_by_row = false;
  /// How many of a query's candidates, nearest first, are looked at, given its number of relevant items: the
  /// groups that begin behind them may be left out, all but the first. Empty: all are.
  std::function<std::int64_t(std::int64_t relevant)> depth;
  /// Takes the `nearest` nearest candidates of query q, and all others at the distance of the last of them,
  /// in the order of (distance, row); called after the query's RankUse, by the same thread. Goes with
  /// `depth`.
  std::function<void(std::int64_t q, std::span<const Neighbor> neighbors)> neighbors;
  std::int64_t nearest = 0;
  /// Queries done so far, on the calling thread; may be empty.
  std::function<void(std::int64_t done, std::int64_t of)> progress;
};

/// Takes the groups of query q and the number of its relevant items.
using RankUse = std::function<void(std::int64_t q, std::span<const RankGroup> groups, std::int64_t relevant)>;

/// Counts, for the relevant items of every query, how many candidates are nearer and how many are tied, at
/// any depth: use(q, groups) with the groups in the order of distance, once for every query, from all
/// threads, in no fixed order of q. Distances are those of Distance::between; the counts do not depend on
/// threads or blocks. About 2 d operations a pair for the distances that a product can bracket. Memory:
/// threads x 128 x (28 bytes a relevant item + a tile of the gallery); never queries x gallery.
NEARFAR_EXPORT void count_ranks(MatrixView queries, MatrixView gallery, const RankOptions& options,
                                const RankUse& use);

}  // namespace nearfar
