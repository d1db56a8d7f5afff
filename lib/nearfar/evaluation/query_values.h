#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/evaluation/measures.h"
#include "nearfar/evaluation/ranking.h"

namespace nearfar {

/// What becomes of a query without any relevant item.
enum class NoRelevantPolicy { skip, zero, error };
[[nodiscard]] NEARFAR_EXPORT NoRelevantPolicy parse_no_relevant(std::string_view name);
[[nodiscard]] NEARFAR_EXPORT std::string_view no_relevant_name(NoRelevantPolicy policy);
[[nodiscard]] NEARFAR_EXPORT std::span<const std::string_view> no_relevant_names();

/// What becomes of a judged query that nothing was retrieved for.
enum class MissingQueryPolicy { zero, skip, error };
[[nodiscard]] NEARFAR_EXPORT MissingQueryPolicy parse_missing_queries(std::string_view name);
[[nodiscard]] NEARFAR_EXPORT std::string_view missing_queries_name(MissingQueryPolicy policy);
[[nodiscard]] NEARFAR_EXPORT std::span<const std::string_view> missing_queries_names();
/// Throws Error (data) for MissingQueryPolicy::error, if there are any.
void refuse_missing(std::span<const std::string_view> queries, MissingQueryPolicy policy);

struct RetrievalResult {
  std::vector<double> values;  ///< mean over the queries that define the measure, one a measure
  std::vector<std::vector<double>>
      per_query;             ///< one vector a measure, one value a query; NaN where it is not counted
  std::int64_t queries = 0;  ///< counted
  std::int64_t gallery = 0;
  std::int64_t skipped = 0;  ///< without a relevant item
  std::int64_t tied = 0;     ///< queries in which a tie between items of different worth was looked at
  std::int64_t missing = 0;  ///< judged queries that nothing was retrieved for
};

/// The values of all queries while they are measured. Different queries may be noted by different threads.
class QueryValues {
 public:
  /// Keeps a reference to the measures.
  QueryValues(const std::vector<Measure>& measures, std::int64_t queries, NoRelevantPolicy no_relevant);

  /// Ranks that are looked at in a query with this many relevant items.
  [[nodiscard]] std::int64_t depth(std::int64_t relevant) const;
  /// Measures a query. One that is never noted does not count.
  void note(std::int64_t q, const Ranking& ranking);
  /// Sets a value that no ranking gives, of a query that was noted; `tied`: it depends on a tie.
  void set(std::size_t measure, std::int64_t q, double value, bool tied);
  /// Whether the query was noted and counts.
  [[nodiscard]] bool counts(std::int64_t q) const;
  /// A query that nothing was retrieved for: it counts with 0 for every measure, or not at all.
  void note_missing(std::int64_t q, MissingQueryPolicy policy);
  /// Takes the result; `gallery` and `missing` are left to the caller. Throws Error (data) when no query has
  /// a relevant item (with `advice`), when one has none under NoRelevantPolicy::error, and for a measure that
  /// no query defines.
  [[nodiscard]] RetrievalResult finish(const std::string& advice);

 private:
  enum class State : std::int8_t { not_noted, counted, without_relevant, missing };

  void refuse_without_relevant() const;

  const std::vector<Measure>& measures_;
  NoRelevantPolicy no_relevant_;
  bool looks_at_first_hit_;
  std::vector<std::vector<double>> values_;
  std::vector<State> states_;
  std::vector<std::int8_t> tied_;
};

}  // namespace nearfar
