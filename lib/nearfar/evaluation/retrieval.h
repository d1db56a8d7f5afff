#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/core/matrix.h"
#include "nearfar/data/labels.h"
#include "nearfar/evaluation/measures.h"
#include "nearfar/evaluation/outcome.h"
#include "nearfar/metric/distance.h"

namespace nearfar {

/// What becomes of a query without any relevant item.
enum class NoRelevantPolicy { skip, zero, error };
[[nodiscard]] NEARFAR_EXPORT NoRelevantPolicy parse_no_relevant(std::string_view name);
[[nodiscard]] NEARFAR_EXPORT std::string_view no_relevant_name(NoRelevantPolicy policy);

/// Queries and gallery with one class code a row, on one numbering; Labels::kUnknown rows are never queries
/// nor relevant, but distractors in the gallery.
struct RetrievalTask {
  MatrixView queries;
  std::span<const std::int32_t> query_codes;
  MatrixView gallery;
  std::span<const std::int32_t> gallery_codes;
  /// Gallery row that is the query itself and is left out, -1 for none; empty: none at all.
  std::span<const std::int64_t> self;
  /// Where codes stand for sets of labels: which of them are similar, and so relevant. Null: equal ones.
  const Labels* labels = nullptr;
  /// Gallery rows of the query's own group are left out; both empty: there are no groups.
  std::span<const std::int32_t> query_groups = {};
  std::span<const std::int32_t> gallery_groups = {};
};

struct RetrievalOptions {
  std::vector<Measure> measures;
  Distance distance;
  TiePolicy ties = TiePolicy::expected;
  NoRelevantPolicy no_relevant = NoRelevantPolicy::skip;
  std::function<void(std::int64_t done, std::int64_t of)>
      progress;  ///< queries; on the calling thread; may be empty
};

struct RetrievalResult {
  std::vector<double> values;  ///< mean over counted queries, one a measure
  std::vector<std::vector<double>>
      per_query;             ///< one vector a measure, one value a query row; NaN where skipped
  std::int64_t queries = 0;  ///< counted
  std::int64_t gallery = 0;
  std::int64_t skipped = 0;  ///< without a relevant item
  std::int64_t tied = 0;     ///< queries in which a tie between a relevant and another item was looked at
};

/// Measures retrieval by class label. Memory: that of count_ranks, and O(queries x measures + gallery). Sums
/// run in query order, so the bits do not depend on threads. Throws Error (data) when no query has a relevant
/// item, or under NoRelevantPolicy::error when one has none.
[[nodiscard]] NEARFAR_EXPORT RetrievalResult evaluate_retrieval(const RetrievalTask& task,
                                                                const RetrievalOptions& options);

/// The result as intervals, gates and reports want it, with the policies of `options`; ids, slices, clusters,
/// signature and fingerprint are left to the caller.
[[nodiscard]] NEARFAR_EXPORT Outcome outcome_of(RetrievalResult result, const RetrievalOptions& options);

}  // namespace nearfar
