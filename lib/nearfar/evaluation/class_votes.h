#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "nearfar/evaluation/query_values.h"
#include "nearfar/evaluation/retrieval.h"
#include "nearfar/evaluation/votes.h"
#include "nearfar/neighbors/nearest.h"

namespace nearfar {

/// The measures that go by the classes of the nearest neighbours.
class ClassVotes {
 public:
  /// Throws Error (data) where such a measure is asked for and rows have several labels. The arguments have
  /// to outlive this.
  ClassVotes(const RetrievalTask& task, const RetrievalOptions& options, QueryValues& values);

  /// How many neighbours vote in the measure that looks deepest; 0: there is no such measure.
  [[nodiscard]] std::int64_t k() const { return k_; }

  /// Sets the values of those measures of a query, if that counts by what values.note() was told. `neighbors`
  /// are the k() nearest and all at the distance of the last of them, in the order of (distance, row). Ties
  /// by row for TiePolicy::index. May be called for different queries at a time.
  void vote(std::int64_t q, std::span<const Neighbor> neighbors);

 private:
  [[nodiscard]] std::vector<TiedClasses> classes_of(std::span<const Neighbor> neighbors,
                                                    bool one_by_one) const;

  const RetrievalTask& task_;
  const RetrievalOptions& options_;
  QueryValues& values_;
  std::int64_t k_ = 0;
};

}  // namespace nearfar
