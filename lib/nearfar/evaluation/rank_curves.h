#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "nearfar/evaluation/portrait.h"
#include "nearfar/evaluation/retrieval_task.h"
#include "nearfar/metric/distance.h"
#include "nearfar/neighbors/rank_count.h"

namespace nearfar {

/// The curves of some queries, from the exact ranks of their relevant items; means over the queries that have
/// any. The relevant items of a group at one distance are spread evenly over its ranks.
class RankCurves {
 public:
  /// `rows` are those of the queries, in that order. Time and memory: those of count_ranks.
  RankCurves(const RetrievalTask& task, const Distance& distance, std::span<const std::int64_t> queries,
             MatrixView rows);

  [[nodiscard]] bool empty() const { return ranks_.empty(); }
  /// Recall, precision and hit at k, for k up to `gallery`.
  [[nodiscard]] Chart over_k(std::int64_t gallery) const;
  /// Interpolated: the best precision at this recall or a larger one.
  [[nodiscard]] Chart precision_over_recall() const;

 private:
  void add(std::size_t query, std::span<const RankGroup> groups);

  std::vector<std::vector<double>> ranks_;  // of the relevant items of each query, ascending
};

}  // namespace nearfar
