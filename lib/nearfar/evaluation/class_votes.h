#pragma once

#include "nearfar/evaluation/query_values.h"
#include "nearfar/evaluation/relevance.h"
#include "nearfar/evaluation/retrieval.h"

namespace nearfar {

/// Sets the values of those measures that go by the classes of the nearest neighbours, of the queries that
/// count. With none among the measures nothing is done. Ties by row for TiePolicy::index. Memory: that of
/// nearest_neighbors, and 8 k bytes for a query whose k-th place is tied. Throws Error (data) where rows have
/// several labels.
void count_class_votes(const RetrievalTask& task, const RetrievalOptions& options, const Relevance& relevance,
                       QueryValues& values);

}  // namespace nearfar
