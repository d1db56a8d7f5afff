#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "nearfar/data/names.h"

namespace nearfar {

/// Graded judgements of items, query by query.
struct Qrels {
  struct Judgement {
    std::int32_t item;   ///< number in the table of items
    std::int32_t grade;  ///< 0 or more
  };
  NameTable queries;                   ///< also those without a judgement of 0 or more
  std::vector<std::int64_t> begin{0};  ///< of query q in `judgements`, and the end behind the last
  std::vector<Judgement> judgements;   ///< of each query in the order of the file, an item once

  [[nodiscard]] std::span<const Judgement> of(std::int32_t query) const {
    const auto q = static_cast<std::size_t>(query);
    return std::span(judgements)
        .subspan(static_cast<std::size_t>(begin[q]), static_cast<std::size_t>(begin[q + 1] - begin[q]));
  }
};

/// What a system retrieved for each query.
struct Run {
  struct Row {
    std::int32_t item;  ///< number in the table of items
    double score;       ///< finite; larger is better
  };
  NameTable queries;
  std::vector<std::int64_t> begin{0};
  std::vector<Row> rows;  ///< of each query in the order of the file, an item once

  [[nodiscard]] std::span<const Row> of(std::int32_t query) const {
    const auto q = static_cast<std::size_t>(query);
    return std::span(rows).subspan(static_cast<std::size_t>(begin[q]),
                                   static_cast<std::size_t>(begin[q + 1] - begin[q]));
  }
};

}  // namespace nearfar
