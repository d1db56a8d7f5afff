#pragma once

#include <cstdint>
#include <vector>

#include "nearfar/evaluation/retrieval_task.h"

namespace nearfar {

/// Which gallery rows are relevant to a query, and which are no candidates. May be used by several threads.
class Relevance {
 public:
  using Rows = std::vector<std::int32_t>;

  /// Keeps a reference to the task.
  explicit Relevance(const RetrievalTask& task);

  /// Whether the query can be judged at all.
  [[nodiscard]] bool known(std::int64_t q) const;
  /// The candidates of the query's class, ascending; with judgements all that are judged.
  void relevant(std::int64_t q, Rows& rows) const;
  /// The rows that are no candidates, ascending.
  void excluded(std::int64_t q, Rows& rows) const;
  [[nodiscard]] bool allowed(std::int64_t q, std::int64_t g) const;
  [[nodiscard]] std::int64_t candidates(std::int64_t q) const;

 private:
  const RetrievalTask& task_;
  std::vector<Rows> by_code_;
  std::vector<Rows> by_group_;
};

}  // namespace nearfar
