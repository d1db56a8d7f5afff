#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/data/labels.h"
#include "nearfar/evaluation/outcome.h"
#include "nearfar/evaluation/retrieval.h"

namespace nearfar {

enum class Average {
  micro,  ///< every query has the same weight
  macro   ///< every class has
};
[[nodiscard]] NEARFAR_EXPORT Average parse_average(std::string_view name);
[[nodiscard]] NEARFAR_EXPORT std::string_view average_name(Average average);
[[nodiscard]] NEARFAR_EXPORT std::span<const std::string_view> average_names();

/// The result as intervals, gates and reports want it: measures, counts (queries, gallery, skipped, tied) and
/// the policies `ties` and `no-relevant`; the rest is left to the caller.
[[nodiscard]] NEARFAR_EXPORT Outcome outcome_of(RetrievalResult result, const RetrievalOptions& options);

/// Makes every value the mean over classes of the mean over a class's queries, and sets of_counts so.
/// `labels` has the queries' classes first; a query with several labels is in the class of each.
NEARFAR_EXPORT void average_over_classes(Outcome& outcome, const Labels& labels);

}  // namespace nearfar
