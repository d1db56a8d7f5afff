#include "nearfar/mining/similar_rows.h"

#include <algorithm>

#include "nearfar/core/parallel.h"

namespace nearfar {

SimilarRows::SimilarRows(const Labels& labels) : labels_(labels) {
  std::size_t lists = labels.names.size();
  for (const std::vector<std::int32_t>& set : labels.sets) {
    for (const std::int32_t label : set) lists = std::max(lists, static_cast<std::size_t>(label) + 1);
  }
  rows_.resize(lists);
  for (std::int32_t row = 0; row < static_cast<std::int32_t>(labels.codes.size()); ++row) {
    known_before_.push_back(static_cast<std::int32_t>(known_.size()));
    if (!is_known(row)) continue;
    known_.push_back(row);
    if (!labels.several()) {
      rows_[static_cast<std::size_t>(code(row))].push_back(row);
    } else {
      for (const std::int32_t label : labels.sets[static_cast<std::size_t>(code(row))])
        rows_[static_cast<std::size_t>(label)].push_back(row);
    }
  }
  similar_counts_.resize(labels.names.size());
  parallel_blocks(std::ssize(similar_counts_), [&](std::int64_t c) {
    const auto at = static_cast<std::size_t>(c);
    if (!labels.several()) {
      similar_counts_[at] = std::ssize(rows_[at]);
      return;
    }
    std::vector<std::int32_t> rows;
    similar_to_code(static_cast<std::int32_t>(c), rows);
    similar_counts_[at] = std::ssize(rows);
  });
}

void SimilarRows::similar_to_code(std::int32_t code, std::vector<std::int32_t>& rows) const {
  rows.clear();
  for (const std::int32_t label : labels_.sets[static_cast<std::size_t>(code)]) {
    const std::vector<std::int32_t>& with = rows_[static_cast<std::size_t>(label)];
    rows.insert(rows.end(), with.begin(), with.end());
  }
  std::sort(rows.begin(), rows.end());
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
}

std::span<const std::int32_t> SimilarRows::similar_to(std::int64_t row,
                                                      std::vector<std::int32_t>& scratch) const {
  if (!labels_.several()) return rows_[static_cast<std::size_t>(code(row))];
  similar_to_code(code(row), scratch);
  return scratch;
}

std::int32_t SimilarRows::positive(std::int64_t row, std::span<const std::int32_t> similar,
                                   std::int64_t i) const {
  const std::int32_t at = similar[static_cast<std::size_t>(i)];
  return at < row ? at : similar[static_cast<std::size_t>(i + 1)];
}

std::int32_t SimilarRows::negative(std::span<const std::int32_t> similar, std::int64_t i) const {
  // Above the s-th similar row there are known_before_ - s negatives. The i-th negative lies below all
  // similar rows that have no more than i of them above.
  std::vector<std::int32_t>::size_type low = 0;
  std::vector<std::int32_t>::size_type high = similar.size();
  while (low < high) {
    const auto middle = (low + high) / 2;
    const std::int64_t negatives_above =
        known_before_[static_cast<std::size_t>(similar[middle])] - static_cast<std::int64_t>(middle);
    if (negatives_above <= i) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return known_[static_cast<std::size_t>(i) + low];
}

}  // namespace nearfar
