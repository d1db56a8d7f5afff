#pragma once

#include "nearfar/core/export.h"
#include "nearfar/data/qrels.h"
#include "nearfar/evaluation/retrieval.h"

namespace nearfar {

/// Measures a run by judgements; `items` has the names of the items of both. One value a query of the
/// judgements, in their order; queries of the run that are not judged do not count. Items come in the order
/// of their scores; TiePolicy::trec and index go by their names and by their order in the run. Of the options
/// the distance is not read. Throws Error (data) as QueryValues does, when no query of the run is judged, and
/// under MissingQueryPolicy::error. O(rows log rows) and 16 bytes an item and thread.
[[nodiscard]] NEARFAR_EXPORT RetrievalResult evaluate_run(const Qrels& qrels, const Run& run,
                                                          const NameTable& items,
                                                          const RetrievalOptions& options);

}  // namespace nearfar
