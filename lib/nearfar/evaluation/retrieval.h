#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/evaluation/measures.h"
#include "nearfar/evaluation/query_values.h"
#include "nearfar/evaluation/ranking.h"
#include "nearfar/evaluation/retrieval_task.h"
#include "nearfar/metric/distance.h"

namespace nearfar {

struct RetrievalOptions {
  std::vector<Measure> measures;
  Distance distance;
  TiePolicy ties = TiePolicy::expected;
  NoRelevantPolicy no_relevant = NoRelevantPolicy::skip;
  MissingQueryPolicy missing_queries = MissingQueryPolicy::zero;
  Grading grading;                 ///< of judgements
  std::int64_t depth = kAllRanks;  ///< what comes later was not retrieved
  std::function<void(std::int64_t done, std::int64_t of)>
      progress;  ///< queries; on the calling thread; may be empty
};

/// Measures retrieval by class label or by judgements. Memory: that of count_ranks, and
/// O(queries x measures + gallery). Sums run in query order, so the bits do not depend on threads. Throws
/// Error (data) as QueryValues does, and for a measure of classes where rows have several labels.
[[nodiscard]] NEARFAR_EXPORT RetrievalResult evaluate_retrieval(const RetrievalTask& task,
                                                                const RetrievalOptions& options);

}  // namespace nearfar
