#pragma once

#include <optional>

#include "nearfar/evaluation/outcome.h"
#include "nearfar/evaluation/portrait.h"
#include "nearfar/evaluation/retrieval_task.h"

namespace nearfar {

/// The means of every measure over the queries of each class, the weakest class first, at most 100 of them;
/// none without classes or without a measure that is a mean over queries. O(queries x measures).
[[nodiscard]] std::optional<ClassTable> class_table(const RetrievalTask& task, const Outcome& outcome);

}  // namespace nearfar
