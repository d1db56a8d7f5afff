#pragma once

#include <string_view>

#include "nearfar/core/export.h"
#include "nearfar/data/qrels.h"
#include "nearfar/evaluation/retrieval.h"

namespace nearfar {

/// What becomes of a judged query that nothing was retrieved for.
enum class MissingQueryPolicy { zero, skip, error };
[[nodiscard]] NEARFAR_EXPORT MissingQueryPolicy parse_missing_queries(std::string_view name);
[[nodiscard]] NEARFAR_EXPORT std::string_view missing_queries_name(MissingQueryPolicy policy);
[[nodiscard]] NEARFAR_EXPORT std::span<const std::string_view> missing_queries_names();

/// Under MissingQueryPolicy::error: throws Error (data) if `missing` queries, of which this is the first,
/// are.
NEARFAR_EXPORT void refuse_missing(std::int64_t missing, std::string_view first, MissingQueryPolicy policy);

/// Measures a run by judgements; `items` has the names of the items of both. One value a query of the
/// judgements, in their order; queries of the run that are not judged do not count. Items come in the order
/// of their scores; TiePolicy::trec and index go by their names and by their order in the run. Of the options
/// the distance is not read. Throws Error (data) as QueryValues does, when no query of the run is judged, and
/// under MissingQueryPolicy::error. O(rows log rows) and 16 bytes an item and thread.
[[nodiscard]] NEARFAR_EXPORT RetrievalResult evaluate_run(const Qrels& qrels, const Run& run,
                                                          const NameTable& items,
                                                          const RetrievalOptions& options,
                                                          MissingQueryPolicy missing);

}  // namespace nearfar
